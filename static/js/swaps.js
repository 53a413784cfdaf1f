/* What may be swapped into a page, and what is said when nothing came.

   - A part refreshed by `live:…` or `poll` is left alone while somebody types in it; it gets
     data-stale, and parts/stale.html says so.
   - <details id> that were open stay open.
   - An answer that is the sign-in page is not swapped in; a toast with the way there appears.
   - No answer, or a refusal without a page of its own: a toast; what was typed stays.
   - The new content's [data-focus-me] (errors, conflicts) takes the focus after a form was sent. */

(() => {
  const body = document.body;
  const reopen = new Set();

  const isOurs = (event) => {
    const type = event?.type ?? "";
    return type === "poll" || type.startsWith("live:");
  };

  const isTyped = (control) => {
    if (control.type === "hidden" || control.type === "submit" || control.type === "button") {
      return false;
    }
    if (control.type === "checkbox" || control.type === "radio") {
      return control.checked !== control.defaultChecked;
    }
    if (control instanceof HTMLSelectElement) {
      const options = [...control.options];
      return options.some((option) => option.defaultSelected)
        ? options.some((option) => option.selected !== option.defaultSelected)
        : control.selectedIndex > 0;
    }
    return control.value !== control.defaultValue;
  };

  const isBusy = (part) =>
    [...part.querySelectorAll("input, select, textarea")].some(
      (control) => isTyped(control) || (control === document.activeElement && control.type !== "hidden"),
    ) || part.querySelector("form[data-sending]") !== null;

  const hold = (part) => {
    const isHeld = isBusy(part);
    part.toggleAttribute("data-stale", isHeld);
    return isHeld;
  };

  const toast = (name) => {
    const region = document.getElementById("toasts");
    const mould = document.getElementById(`toast-${name}`);
    if (!region || !mould) return;
    region.querySelector(`[data-toast="${name}"]`)?.remove();
    const piece = mould.content.firstElementChild.cloneNode(true);
    piece.dataset.toast = name;
    region.append(piece);
    // Signing in leads back here, where js/forms.js has kept what was typed.
    const link = name === "signed-out" && piece.querySelector("a");
    if (link) link.search = `?next=${encodeURIComponent(location.pathname + location.search)}`;
  };

  body.addEventListener("htmx:beforeRequest", (event) => {
    if (!isOurs(event.detail.requestConfig.triggeringEvent)) return;
    if (hold(event.detail.target)) event.preventDefault();
  });

  body.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, requestConfig, target } = event.detail;
    const landed = xhr.responseURL ? new URL(xhr.responseURL).pathname : "";
    if (landed === body.dataset.login) {
      event.detail.shouldSwap = false;
      toast("signed-out");
      return;
    }
    // The typing may have begun while the request was under way.
    if (isOurs(requestConfig.triggeringEvent) && hold(target)) event.detail.shouldSwap = false;
    if (event.detail.shouldSwap) {
      for (const details of target.querySelectorAll("details[id][open]")) reopen.add(details.id);
    }
  });

  body.addEventListener("htmx:afterSwap", (event) => {
    for (const id of reopen) document.getElementById(id)?.setAttribute("open", "");
    reopen.clear();
    if (isOurs(event.detail.requestConfig.triggeringEvent)) return;
    document.querySelector("[data-focus-me]")?.focus();
  });

  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    body.addEventListener(name, (event) => {
      const { triggeringEvent, verb } = event.detail.requestConfig ?? {};
      // The background refresh has its own sign (parts/live_state.html), a copy its band.
      if (isOurs(triggeringEvent)) return;
      if (verb === "get" && "copy" in document.documentElement.dataset) return;
      toast("unreachable");
    });
  }
  body.addEventListener("htmx:responseError", (event) => {
    if (!isOurs(event.detail.requestConfig?.triggeringEvent)) toast("refused");
  });

  document.querySelector("[data-focus-me]")?.focus();
})();
