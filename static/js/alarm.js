/* A sound and a number in the title, for what came while nobody looked.

   Contract: an element with data-alarm="key" rings when its key is new to this tab; a clock with
   data-rings="key" rings when it passes. [data-alarm-switch] turns the sound on and off and keeps
   the choice on the device. Browsers play nothing before the first touch: until then the switch
   says so, and any touch of the page is enough. The number in the title needs no permission. */

(() => {
  const button = document.querySelector("[data-alarm-switch]");
  const title = document.title;
  let context = null;
  let missed = 0;

  const stored = (store, key) => {
    try {
      return store.getItem(key);
    } catch {
      return null;
    }
  };
  const keep = (store, key, value) => {
    try {
      store.setItem(key, value);
    } catch {
      /* a private window: the choice holds for this page */
    }
  };

  let isWanted = stored(localStorage, "alarm") === "on";
  const saved = stored(sessionStorage, "alarm-known");
  const known = new Set(saved ? JSON.parse(saved) : []);

  const show = () => {
    const state = !isWanted ? "off" : context?.state === "running" ? "on" : "waiting";
    document.documentElement.dataset.alarm = state;
    if (!button) return;
    button.dataset.state = state;
    button.setAttribute("aria-pressed", String(isWanted));
  };

  const unlock = async () => {
    if (!isWanted) return;
    context ??= new AudioContext();
    await context.resume();
    show();
  };

  // Three rising tones, twice: heard across a room, and like no telephone.
  const sound = () => {
    if (!isWanted || context?.state !== "running") return;
    [0, 0.18, 0.36, 0.9, 1.08, 1.26].forEach((after, index) => {
      const at = context.currentTime + after;
      const tone = context.createOscillator();
      const level = context.createGain();
      tone.frequency.value = [523, 659, 784][index % 3];
      level.gain.setValueAtTime(0, at);
      level.gain.linearRampToValueAtTime(0.35, at + 0.02);
      level.gain.exponentialRampToValueAtTime(0.001, at + 0.17);
      tone.connect(level).connect(context.destination);
      tone.start(at);
      tone.stop(at + 0.18);
    });
  };

  const ring = (count) => {
    sound();
    if (document.hasFocus()) return;
    missed += count;
    document.title = `(${missed}) ${title}`;
  };

  const look = () => {
    const fresh = [...document.querySelectorAll("[data-alarm]")]
      .map((element) => element.dataset.alarm)
      .filter((key) => key && !known.has(key));
    for (const key of fresh) known.add(key);
    keep(sessionStorage, "alarm-known", JSON.stringify([...known].slice(-500)));
    return fresh.length;
  };

  // What was there when this tab first looked is no news.
  const first = look();
  if (first && saved !== null) ring(first);

  document.body.addEventListener("htmx:afterSettle", () => {
    const count = look();
    if (count) ring(count);
  });
  document.body.addEventListener("clock:over", (event) => {
    const key = event.target.dataset.rings;
    if (!key || known.has(key)) return;
    known.add(key);
    keep(sessionStorage, "alarm-known", JSON.stringify([...known].slice(-500)));
    ring(1);
  });
  window.addEventListener("focus", () => {
    missed = 0;
    document.title = title;
  });

  button?.addEventListener("click", async (event) => {
    event.stopPropagation();
    if (isWanted && context?.state !== "running") {
      await unlock();
      return;
    }
    isWanted = !isWanted;
    keep(localStorage, "alarm", isWanted ? "on" : "off");
    await unlock();
    show();
    sound(); // So that one knows what it sounds like, and that it does.
  });
  for (const touch of ["pointerdown", "keydown"]) {
    document.addEventListener(touch, unlock, { once: true });
  }
  show();
})();
