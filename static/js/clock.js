/* Clocks that run by the server's time.

   Contract: [data-clock] with data-due, data-armed (may be missing), data-left, data-over, data-days
   (the words, with %s or %d %h in them), holding .clock__left; see parts/clock.html. The mood is
   waiting, soon from two thirds of the way on, now when it has passed. At that moment the clock
   dispatches `clock:over`, once, which js/alarm.js may sound. */

(() => {
  const SOON_WITHOUT_START = 600; // s
  const MOODS = ["waiting", "soon", "now"];

  const told = document.querySelector("meta[name='server-now']")?.content;
  // A page taken from the browser's own store brings an old time with it.
  const isOld =
    performance.getEntriesByType("navigation")[0]?.type === "back_forward" ||
    "copy" in document.documentElement.dataset;
  let offset = told && !isOld ? Date.parse(told) - Date.now() : 0;

  // Each answer of the server carries its time, to the second: correct us when we are off.
  document.body.addEventListener("htmx:afterRequest", (event) => {
    const date = Date.parse(event.detail.xhr?.getResponseHeader("Date") ?? "");
    if (Number.isNaN(date)) return;
    const theirs = date + 500 - Date.now();
    if (Math.abs(theirs - offset) > 1500) offset = theirs;
  });

  const two = (number) => String(number).padStart(2, "0");

  // The same as the filter `digits` in ops/templatetags/look.py.
  const digits = (seconds, days) => {
    const hours = Math.floor(seconds / 3600);
    const minutes = Math.floor((seconds % 3600) / 60);
    if (hours >= 24) return days.replace("%d", Math.floor(hours / 24)).replace("%h", hours % 24);
    if (hours) return `${hours}:${two(minutes)}:${two(seconds % 60)}`;
    return `${two(minutes)}:${two(seconds % 60)}`;
  };

  const spread = (clock, mood) => {
    for (const each of MOODS) clock.classList.toggle(`clock--${each}`, each === mood);
    // The row and the panel around it tell the urgency to somebody far from the screen.
    for (const block of ["incident", "due"]) {
      const around = clock.closest(`.${block}`);
      if (!around) continue;
      for (const each of MOODS) around.classList.toggle(`${block}--${each}`, each === mood);
    }
  };

  const draw = (clock, now) => {
    const due = Date.parse(clock.dataset.due);
    const armed = Date.parse(clock.dataset.armed ?? "");
    const left = Math.floor((due - now) / 1000);
    const warn = Number.isNaN(armed) ? SOON_WITHOUT_START : (due - armed) / 3000;
    const mood = left < 0 ? "now" : left < warn ? "soon" : "waiting";
    const face = clock.querySelector(".clock__left");
    const words = left < 0 ? clock.dataset.over : clock.dataset.left;
    const text = words.replace("%s", digits(Math.abs(left), clock.dataset.days));
    if (face.textContent !== text) face.textContent = text;
    if (clock.dataset.mood === mood) return;
    const before = clock.dataset.mood;
    clock.dataset.mood = mood;
    spread(clock, mood);
    if (mood === "now" && before) {
      clock.dispatchEvent(new CustomEvent("clock:over", { bubbles: true }));
    }
  };

  // A drill's own clock (parts/drill_band.html): [data-drill-clock], its seconds when the page was
  // made, runs data-speed times as fast as ours.
  const began = Date.now();
  const run = (clock) => {
    const seconds = Number(clock.dataset.drillClock) + ((Date.now() - began) / 1000) * Number(clock.dataset.speed);
    clock.textContent = digits(Math.floor(seconds), `${Math.floor(seconds / 86400)} × 24:00`);
  };

  const tick = () => {
    const now = Date.now() + offset;
    for (const clock of document.querySelectorAll("[data-clock]")) draw(clock, now);
    for (const clock of document.querySelectorAll("[data-drill-clock]")) run(clock);
  };

  document.body.addEventListener("htmx:afterSwap", tick);
  tick();
  // Aligned to the server's full second, so that all screens in a room change together.
  const next = () => {
    tick();
    setTimeout(next, 1000 - ((Date.now() + offset) % 1000) + 5);
  };
  next();
})();
