/* Dragging on a roster: a shortcut to the forms that each shift's name opens as well.

   Contract: [data-person] (a name) and [data-shift] (a duty's key) can be dragged; dropped on a
   [data-shift] or a [data-hole] (data-from, data-until) they open the form of #roster-sheet's
   data-stand-in, data-swap or data-replacement, filled in. Nothing is changed by dragging. */

(() => {
  const sheet = document.getElementById("roster-sheet");
  if (!sheet) return;
  let dragged = null;

  const form = (address, facts) => {
    const url = new URL(address, location.href);
    for (const [name, value] of Object.entries(facts)) url.searchParams.set(name, value);
    location.assign(url);
  };

  // Which form a drop here would open; null where it would open none.
  const wanted = (target) => {
    const { standIn, swap, replacement } = sheet.dataset;
    if (!dragged || !target || target === dragged) return null;
    const { shift, person } = dragged.dataset;
    if (target.hasAttribute("data-hole")) {
      if (!replacement || !person) return null;
      const { from, until } = target.dataset;
      return () => form(replacement, { from, until, to: person });
    }
    if (target.dataset.shift && person) {
      return () => form(standIn, { duty: target.dataset.shift, to: person });
    }
    if (target.dataset.shift && shift && target.dataset.shift !== shift) {
      return () => form(swap, { duty: shift, with: target.dataset.shift });
    }
    if (target.dataset.person && shift) {
      return () => form(standIn, { duty: shift, to: target.dataset.person });
    }
    return null;
  };

  const place = (event) => event.target.closest?.("[data-shift], [data-hole], [data-person]");
  const clear = () => {
    for (const marked of document.querySelectorAll(".is-dropped-on")) {
      marked.classList.remove("is-dropped-on");
    }
  };

  document.addEventListener("dragstart", (event) => {
    const source = event.target.closest?.('[draggable="true"]');
    if (!source || !source.matches("[data-shift], [data-person]")) return;
    dragged = source;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", source.textContent.trim());
  });
  document.addEventListener("dragover", (event) => {
    const target = place(event);
    clear();
    if (!wanted(target)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    target.classList.add("is-dropped-on");
  });
  document.addEventListener("drop", (event) => {
    const open = wanted(place(event));
    if (!open) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("dragend", () => {
    dragged = null;
    clear();
  });
})();
