/* The page's one line to the server: which parts have changed, never what changed.

   Contract. <body data-live="/live/"> opens an EventSource. The server sends named events:
   `incident-12`, `incidents`, `mine`. For each, `live:<name>` is dispatched on <body>, so a part
   says hx-trigger="live:incident-12 from:body, poll from:body" and fetches itself again.
   `poll` is dispatched every 15 s while the stream is up (a safety net), every 5 s while it is
   not, and at once when the stream comes back or the page is looked at again.

   Why not htmx's SSE extension: each of its elements may open a stream of its own, it knows
   nothing of polling when the stream is down, and it does not tell the reader which of the two it
   is. A phone at 3 a.m. needs one connection, one net below it, and a word about both. */

(() => {
  const address = document.body.dataset.live;
  if (!address) return;

  const TOGETHER = 150; // ms: a burst of the same event refreshes once
  const POLL_LIVE = 15_000;
  const POLL_ALONE = 5_000;
  const RETRY_FROM = 1_000;
  const RETRY_TO = 30_000;
  const SILENT_AFTER = 20_000; // no answer for so long: what the page shows is old
  const HIDDEN_FOR = 60_000;

  const sign = document.querySelector("[data-live-state]");
  let stream = null;
  let isUp = false;
  let wait = RETRY_FROM;
  let retry = 0;
  let ticker = 0;
  let pacedAt = 0;
  // A copy of this device's own is as old as it says (js/worker.js).
  let lastAnswer = Date.parse(document.documentElement.dataset.copy ?? "") || Date.now();
  let hideTimer = 0;
  const known = new Set();
  const pending = new Map();

  const dispatch = (name) => document.body.dispatchEvent(new CustomEvent(name, { bubbles: true }));

  const announce = (name) => {
    if (pending.has(name)) return;
    pending.set(
      name,
      setTimeout(() => {
        pending.delete(name);
        dispatch(name);
      }, TOGETHER),
    );
  };

  const show = () => {
    if (!sign) return;
    const isLost = !isUp && Date.now() - lastAnswer > SILENT_AFTER;
    const state = isUp ? "live" : isLost ? "lost" : "polling";
    if (sign.dataset.state === state) return;
    sign.dataset.state = state;
    if (isLost) {
      const at = new Date(lastAnswer);
      const two = (number) => String(number).padStart(2, "0");
      sign.querySelector("[data-live-since]").textContent =
        `${two(at.getHours())}:${two(at.getMinutes())}`;
    }
  };

  const poll = () => {
    announce("poll");
    show();
  };

  // Only a change of pace starts the count anew: else each failed retry would put the poll off.
  const pace = () => {
    const every = isUp ? POLL_LIVE : POLL_ALONE;
    if (every !== pacedAt) {
      clearInterval(ticker);
      ticker = setInterval(poll, every);
      pacedAt = every;
    }
    show();
  };

  // EventSource hands out named events only to those who ask by name: ask for what is on the page.
  const listen = () => {
    for (const element of document.querySelectorAll("[hx-trigger*='live:'], [data-live-on]")) {
      const wanted = `${element.getAttribute("hx-trigger") ?? ""} ${element.dataset.liveOn ?? ""}`;
      for (const [, name] of wanted.matchAll(/live:([\w-]+)/g)) {
        if (known.has(name)) continue;
        known.add(name);
        stream?.addEventListener(name, () => announce(`live:${name}`));
      }
    }
  };

  const close = () => {
    clearTimeout(retry);
    stream?.close();
    stream = null;
    isUp = false;
  };

  const open = () => {
    close();
    stream = new EventSource(address);
    for (const name of known) stream.addEventListener(name, () => announce(`live:${name}`));
    stream.addEventListener("open", () => {
      isUp = true;
      wait = RETRY_FROM;
      lastAnswer = Date.now();
      pace();
      // What happened while nobody listened is fetched, not guessed.
      announce("poll");
    });
    stream.addEventListener("error", () => {
      close();
      pace();
      // Ours, not the browser's own retry: that one gives up after an error page.
      retry = setTimeout(open, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, RETRY_TO);
    });
  };

  document.body.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.xhr?.status) lastAnswer = Date.now();
    show();
  });
  document.body.addEventListener("htmx:load", listen);

  // A browser opens six connections to one host: pages nobody looks at give theirs back after a
  // minute, unless they are to sound the alarm.
  document.addEventListener("visibilitychange", () => {
    clearTimeout(hideTimer);
    if (!document.hidden) {
      if (!stream) open();
      pace();
      poll();
      return;
    }
    hideTimer = setTimeout(() => {
      if (document.documentElement.dataset.alarm !== "on") {
        close();
        clearInterval(ticker);
        pacedAt = 0;
      }
    }, HIDDEN_FOR);
  });
  window.addEventListener("online", () => {
    wait = RETRY_FROM;
    open();
  });
  // A page kept for the back button must not keep its connection, and comes back fresh.
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      open();
      poll();
    }
  });

  listen();
  open();
  pace();
})();
