/* Forms: no double submit, no lost words, numbers by thumb.

   Contract
   - form[data-guard]: the second press does nothing; the pressed button says the data-busy of
     <html> until an answer or a failure comes.
   - form[data-keep="key"]: what was typed is kept in this tab until the form was taken; a closed
     line, an expired sign-in or a reload loses nothing. Never passwords, never hidden fields.
   - [data-number] with buttons [data-by]: parts/stepper_number.html. */

(() => {
  const GIVE_UP = 20_000; // ms: then the button may be pressed again

  // Double submit -------------------------------------------------------------------------------

  const words = (button) =>
    [...button.childNodes].findLast((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());

  const release = (form) => {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("[data-was]")) {
      button.removeAttribute("aria-disabled");
      words(button).data = button.dataset.was;
      delete button.dataset.was;
    }
  };

  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!form.matches("[data-guard]")) return;
      if (form.hasAttribute("data-sending")) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      form.dataset.sending = "";
      const button = event.submitter;
      // Not `disabled`: the pressed button's own name and value must travel with the form.
      if (button && words(button)) {
        button.setAttribute("aria-disabled", "true");
        button.dataset.was = words(button).data;
        words(button).data = document.documentElement.dataset.busy;
      }
      setTimeout(() => release(form), GIVE_UP);
    },
    true,
  );
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form[data-guard]");
    if (form) release(form);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) release(form);
  });

  // Kept words ----------------------------------------------------------------------------------

  const PREFIX = "kept:";
  const controls = (form) =>
    [...form.elements].filter(
      (control) => control.name && /^(text|textarea|number|search|tel|date|time|datetime-local)$/.test(control.type),
    );

  const store = (act) => {
    try {
      return act(sessionStorage);
    } catch {
      return null;
    }
  };
  const forget = (key) => store((session) => session.removeItem(PREFIX + key));

  const keep = (form, isSent) => {
    const typed = Object.fromEntries(
      controls(form).map((control) => [control.name, control.value]),
    );
    const slip = JSON.stringify({ typed, isSent });
    store((session) => session.setItem(PREFIX + form.dataset.keep, slip));
  };

  const restore = (form, slip) => {
    for (const control of controls(form)) {
      if (control.value === "" && slip.typed[control.name]) {
        control.value = slip.typed[control.name];
      }
    }
  };

  const came = performance.getEntriesByType("navigation")[0]?.type ?? "navigate";
  const settle = () => {
    store((session) => {
      for (const name of Object.keys(session).filter((each) => each.startsWith(PREFIX))) {
        const key = name.slice(PREFIX.length);
        const slip = JSON.parse(session.getItem(name));
        const form = document.querySelector(`form[data-keep="${CSS.escape(key)}"]`);
        const isRefused =
          document.querySelector(".form-errors, .conflict, [data-refused]") !== null;
        // Sent, and the answer is an ordinary page: taken. Sign-in and error pages bear
        // data-refused: the words wait until the form is on the page again.
        if (slip.isSent && came === "navigate" && !isRefused) {
          forget(key);
          continue;
        }
        session.setItem(name, JSON.stringify({ ...slip, isSent: false }));
        if (form) restore(form, slip);
      }
    });
  };

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.dataset.keep) keep(form, false);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.dataset.keep && !event.defaultPrevented) keep(event.target, true);
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form[data-keep]");
    if (form && event.detail.successful) forget(form.dataset.keep);
  });
  settle();

  // Numbers -------------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-by]");
    if (!button) return;
    const field = button.closest("[data-number]").querySelector("input");
    const low = field.min === "" ? -Infinity : Number(field.min);
    const high = field.max === "" ? Infinity : Number(field.max);
    const value = (Number(field.value) || 0) + Number(button.dataset.by);
    field.value = Math.max(low, Math.min(high, value));
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
})();
