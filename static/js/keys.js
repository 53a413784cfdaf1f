/* The dashboard by keyboard: / search, j and k move, Enter opens (the browser's own), ? help.

   Contract: rows are [data-row] holding a[data-row-link]; the search box is [data-search]; the help
   is parts/keys_help.html, whose switch turns single keys off (WCAG 2.1.4). Never while typing. */

(() => {
  const help = document.getElementById("keys-help");
  const control = help?.querySelector("[data-keys-switch]");

  const isOff = () => {
    try {
      return localStorage.getItem("keys") === "off";
    } catch {
      return false;
    }
  };

  if (control) {
    control.checked = !isOff();
    control.addEventListener("change", () => {
      try {
        localStorage.setItem("keys", control.checked ? "on" : "off");
      } catch {
        /* a private window: nothing to keep */
      }
    });
  }

  const move = (by) => {
    const links = [...document.querySelectorAll("[data-row] [data-row-link]")].filter(
      (link) => link.getClientRects().length > 0,
    );
    if (!links.length) return;
    const here = links.indexOf(document.activeElement);
    const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by;
    const link = links[Math.max(0, Math.min(next, links.length - 1))];
    link.focus();
    link.scrollIntoView({ block: "nearest" });
  };

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const search = document.querySelector("[data-search]");
    if (event.key === "Escape" && target === search) search.blur();
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (target.closest("input, textarea, select, [contenteditable], dialog[open]")) return;
    if (event.key === "?") {
      help?.showModal();
    } else if (isOff()) {
      return;
    } else if (event.key === "/" && search) {
      search.focus();
      search.select();
    } else if (event.key === "j") {
      move(1);
    } else if (event.key === "k") {
      move(-1);
    } else {
      return;
    }
    event.preventDefault();
  });
})();
