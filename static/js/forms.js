/* Forms: no double submit, no lost words, numbers by thumb.

   Contract
   - form[data-guard]: the second press does nothing; the pressed button says the data-busy of
     <html> until an answer or a failure comes.
   - form[data-keep="key"]: what was typed and ticked is kept in this tab until the form was taken;
     a closed line, an expired sign-in or a reload loses nothing. Never passwords, never hidden
     fields, and only for the person of <body data-person>.
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
    // Of the form itself: a part inside it that refreshes says nothing of what was sent.
    const form = event.detail.elt;
    if (form.matches("form[data-guard]")) release(form);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sending]")) release(form);
  });

  // Kept words ----------------------------------------------------------------------------------

  // A tab of a shared desk outlives its person: what one has typed is not shown to the next.
  const person = document.body.dataset.person ?? "";
  const PREFIX = "kept:";
  const MINE = `${PREFIX}${person}:`;
  const TYPES = /^(text|textarea|number|search|tel|date|time|datetime-local|select-one|checkbox|radio)$/;
  const controls = (form) =>
    [...form.elements].filter((control) => control.name && TYPES.test(control.type));

  const isTick = (control) => control.type === "checkbox" || control.type === "radio";
  const slot = (control) => (isTick(control) ? `${control.name}=${control.value}` : control.name);
  const state = (control) => (isTick(control) ? control.checked : control.value);
  // As the server sent it.
  const born = (control) => {
    if (isTick(control)) return control.defaultChecked;
    if (control.type !== "select-one") return control.defaultValue;
    const options = [...control.options];
    return (options.find((option) => option.defaultSelected) ?? options[0])?.value ?? "";
  };

  const store = (act) => {
    try {
      return act(sessionStorage);
    } catch {
      return null;
    }
  };
  const forget = (key) => store((session) => session.removeItem(MINE + key));
  const isRefused = () =>
    document.querySelector(".form-errors, .conflict, [data-refused]") !== null;

  const keep = (form, isSent) => {
    const known = store((session) => JSON.parse(session.getItem(MINE + form.dataset.keep)));
    const typed = {};
    for (const control of controls(form)) {
      // A part that was swapped in bears what was typed before as if it were the server's own.
      const before = known?.typed[slot(control)]?.[0] ?? born(control);
      const now = state(control);
      // On a page that was refused, what the server sent is what the person had typed.
      if (isRefused() || now !== before) typed[slot(control)] = [before, now];
    }
    const slip = JSON.stringify({ typed, isSent });
    store((session) => session.setItem(MINE + form.dataset.keep, slip));
  };

  // Only into what nobody has touched, and not over words that somebody else has put there since.
  const restore = (form, slip) => {
    for (const control of controls(form)) {
      const [before, typed] = slip.typed[slot(control)] ?? [];
      const now = born(control);
      if (typed === undefined || state(control) !== now) continue;
      if (now !== before && now !== "" && now !== false) continue;
      if (isTick(control)) control.checked = typed;
      else control.value = typed;
      if (typed !== now) control.closest("details")?.setAttribute("open", "");
    }
  };

  const came = performance.getEntriesByType("navigation")[0]?.type ?? "navigate";
  const settle = () => {
    store((session) => {
      for (const name of Object.keys(session).filter((each) => each.startsWith(PREFIX))) {
        const slip = JSON.parse(session.getItem(name));
        // Sent, and the answer is an ordinary page: taken. Sign-in and error pages bear
        // data-refused: the words wait until the form is on the page again.
        if (slip.isSent && came === "navigate" && name.startsWith(MINE) && !isRefused()) {
          session.removeItem(name);
          continue;
        }
        session.setItem(name, JSON.stringify({ ...slip, isSent: false }));
        if (!person || !name.startsWith(MINE)) continue;
        const key = CSS.escape(name.slice(MINE.length));
        const form = document.querySelector(`form[data-keep="${key}"]`);
        if (form) restore(form, slip);
      }
    });
  };

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    if (form?.dataset.keep) keep(form, false);
  });
  document.addEventListener("submit", (event) => {
    const key = event.target.dataset.keep;
    if (!key || event.defaultPrevented) return;
    keep(event.target, true);
    history.replaceState({ ...history.state, sent: key }, "");
  });
  // After the browser has put its own memory of the fields back.
  window.addEventListener("pageshow", () => {
    const key = history.state?.sent;
    if (!key || isRefused()) return;
    if (store((session) => session.getItem(MINE + key)) !== null) return;
    const form = document.querySelector(`form[data-keep="${CSS.escape(key)}"]`);
    if (form) form.reset();
  });
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches("form[data-keep]") || !event.detail.successful) return;
    const landed = new URL(event.detail.xhr.responseURL || location.href).pathname;
    if (landed !== document.body.dataset.login) forget(form.dataset.keep);
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
