/* One fade for a row that just changed.

   Contract: a row carries data-key (which one) and data-mark (as it is: a version, a state). When a
   swap brings a key with another mark, or a key that was not there, it gets the class is-fresh. */

(() => {
  const marks = new Map();

  const rows = () => document.querySelectorAll("[data-key][data-mark]");
  for (const row of rows()) marks.set(row.dataset.key, row.dataset.mark);

  document.body.addEventListener("htmx:afterSettle", (event) => {
    // A whole list that comes for the first time has not changed.
    const isFirst = event.detail.requestConfig?.triggeringEvent?.type === "load";
    for (const row of rows()) {
      const { key, mark } = row.dataset;
      if (marks.get(key) === mark) continue;
      marks.set(key, mark);
      if (isFirst) continue;
      row.classList.add("is-fresh");
      row.addEventListener("animationend", () => row.classList.remove("is-fresh"), { once: true });
    }
  });
})();
