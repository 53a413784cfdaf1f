/* The patients' page hears at once that something changed, and fetches itself again.

   A hall full of phones does not ask in the same instant. Without the stream the page asks every
   15 s (hx-trigger). */

(() => {
  const address = document.body.dataset.publicLive;
  if (!address) return;
  const SPREAD = 300; // ms
  const RETRY = 30_000;

  const changed = () => {
    const wait = Math.random() * SPREAD;
    setTimeout(() => document.body.dispatchEvent(new CustomEvent("changed")), wait);
  };
  const listen = () => {
    const stream = new EventSource(address);
    stream.addEventListener("changed", changed);
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, RETRY);
    });
  };
  // A page that nobody looks at needs no line; it asks when it is looked at again.
  listen();
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) changed();
  });
})();
