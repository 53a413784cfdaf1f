/* A hall screen: one page at a time, each as long as it takes to read; nothing scrolls.

   It asks again when the server says that something changed, and every 15 s in any case. What came
   last is kept on the device, so that a screen that is switched on without its server shows it and
   says of when it is. A worker (js/screen-worker.js) keeps the page itself. */

(() => {
  const body = document.body;
  if (!("screen" in body.dataset)) return;

  const ASK_EVERY = 15_000;
  const TOO_LONG = 8_000; // ms that an answer may take
  const LOST_AFTER = 20_000;
  const SEEN_EVERY = 60_000;
  const [SHORTEST, LONGEST, A_SECOND] = [9, 24, 5]; // seconds, seconds, characters
  const LONG_HEADING = 22;
  const KEY = `screen:${location.pathname}${location.search}`;

  const root = document.documentElement;
  const main = document.getElementById("main");
  const lost = document.querySelector("[data-lost]");
  let pages = [];
  let shown = 0;
  let turn = 0;
  let isPaused = false;
  let isAsking = false;
  let again = false;
  let isAnswered = false;
  let lastSaid = "";
  let heardAt = 0;
  let ahead = 0; // ms that the server's clock is ahead of this device's
  let build = content().dataset.build;

  function content() {
    return document.getElementById("screen");
  }

  const recall = () => {
    try {
      return JSON.parse(localStorage.getItem(KEY) ?? "null");
    } catch {
      return null;
    }
  };
  const remember = (html) => {
    try {
      localStorage.setItem(KEY, JSON.stringify({ html, heardAt, ahead }));
    } catch {
      /* full, or refused: the page that is open still works */
    }
  };

  const clock = (at) =>
    new Intl.DateTimeFormat("en-GB", {
      timeZone: body.dataset.zone,
      hour: "2-digit",
      minute: "2-digit",
    }).format(at);

  // Pages ----------------------------------------------------------------------------------------

  const overflows = (stage) => stage.scrollHeight > stage.clientHeight + 1;

  /* Cut the notices into pages that fit. A block that is too long for a page of its own is set
     smaller; where even that is not enough the page can be scrolled by hand. */
  const paginate = () => {
    const stage = content().querySelector("[data-stage]");
    const sources = content().sources ?? [...stage.querySelectorAll(".slide")];
    content().sources = sources;
    pages = [];
    for (const source of sources) {
      const head = source.querySelector(".slide__heading");
      const blocks = [...source.querySelectorAll(".slide__line")];
      let page = null;
      const begin = () => {
        page = source.cloneNode(false);
        page.hidden = false;
        page.append(head.cloneNode(true));
        page.classList.toggle("slide--long", head.textContent.trim().length > LONG_HEADING);
        stage.replaceChildren(page);
        pages.push(page);
      };
      begin();
      for (const block of blocks) {
        const copy = block.cloneNode(true);
        page.append(copy);
        if (!overflows(stage)) continue;
        if (page.querySelectorAll(".slide__line").length > 1) {
          copy.remove();
          begin();
          page.append(copy);
        }
        if (overflows(stage)) page.classList.add("slide--tight");
      }
    }
    stage.replaceChildren(...pages);
  };

  const show = (number) => {
    clearTimeout(turn);
    shown = pages.length ? number % pages.length : 0;
    pages.forEach((page, place) => {
      page.hidden = place !== shown;
      page.classList.toggle("slide--new", place === shown && pages.length > 1);
    });
    const place = content().querySelector("[data-pages]");
    place.textContent = pages.length > 1 ? `${shown + 1} / ${pages.length}` : "";
    if (pages.length < 2 || isPaused) return;
    const length = pages[shown].textContent.length / A_SECOND;
    const seconds = Math.min(LONGEST, Math.max(SHORTEST, length));
    turn = setTimeout(() => show(shown + 1), seconds * 1000);
  };

  /* A promise that has passed while nothing new came is owned up to, also without the server. */
  const ownUp = () => {
    const at = Date.now() + ahead;
    let isNew = false;
    for (const source of content().sources ?? []) {
      const words = source.querySelector("[data-late-words]");
      if (!words || !source.dataset.next || Date.parse(source.dataset.next) > at) continue;
      delete source.dataset.next;
      const line = source.querySelector("[data-next-words]");
      line.textContent = words.textContent;
      line.closest(".slide__line").classList.add("slide__line--late");
      isNew = true;
    }
    if (isNew) {
      paginate();
      show(shown);
    }
  };

  const written = (part) =>
    new XMLSerializer().serializeToString(part.querySelector("[data-stage]"));

  const draw = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    const fresh = page.getElementById("screen");
    if (!fresh) return false;
    // Only what is to be read decides whether the pages begin anew.
    const said = written(fresh);
    const isNew = said !== lastSaid;
    if (isNew) {
      main.replaceChildren(document.adoptNode(fresh));
      lastSaid = said;
      paginate();
      show(0);
    } else {
      for (const part of [".screen__foot", ".screen__copy"]) {
        const [old, now] = [content().querySelector(part), fresh.querySelector(part)];
        if (old && now) old.replaceWith(now);
        else if (old) old.remove();
        else if (now) content().prepend(now);
      }
      content().dataset.asOf = fresh.dataset.asOf;
      const place = content().querySelector("[data-pages]");
      place.textContent = pages.length > 1 ? `${shown + 1} / ${pages.length}` : "";
    }
    return true;
  };

  // The server -----------------------------------------------------------------------------------

  const sayLost = (isLost) => {
    const isNew = lost.hidden === isLost;
    lost.hidden = !isLost;
    // The line takes room away from the pages, or gives it back.
    if (isNew) afresh();
    if (!isLost) return;
    const since = heardAt ? clock(heardAt + ahead) : clock(Date.parse(content().dataset.asOf));
    const of = clock(Date.parse(content().dataset.asOf));
    const words = lost.dataset.words.replace("%s", since).replace("%s", of);
    const place = lost.querySelector("span");
    if (place.textContent !== words) place.textContent = words;
  };

  const ask = async () => {
    if (isAsking) {
      again = true;
      return;
    }
    isAsking = true;
    try {
      const answer = await fetch(location.href, {
        headers: { "HX-Request": "true" },
        cache: "no-cache",
        signal: AbortSignal.timeout(TOO_LONG),
      });
      if (!answer.ok) throw new Error(String(answer.status));
      const html = await answer.text();
      const at = Date.parse(answer.headers.get("date") ?? "");
      if (at) ahead = at - Date.now();
      heardAt = Date.now();
      isAnswered = true;
      if (draw(html)) remember(html);
      sayLost(false);
      if (content().dataset.build !== build) location.reload();
    } catch {
      // Whether it has the server is seen by the first answer, not by what was kept.
      if (!isAnswered || Date.now() - heardAt > LOST_AFTER) sayLost(true);
    } finally {
      isAsking = false;
      if (again) {
        again = false;
        ask();
      }
    }
  };

  const listen = () => {
    const stream = new EventSource(body.dataset.live);
    stream.addEventListener("changed", ask);
    stream.addEventListener("open", ask);
    stream.addEventListener("error", () => {
      if (stream.readyState === EventSource.CLOSED) setTimeout(listen, 30_000);
    });
  };

  const sayAlight = () => {
    if (!body.dataset.seen) return;
    let device = "";
    try {
      device = localStorage.getItem("screen-device") ?? "";
      if (!device) {
        const random = crypto.getRandomValues(new Uint8Array(16));
        device = [...random].map((each) => each.toString(16).padStart(2, "0")).join("");
        localStorage.setItem("screen-device", device);
      }
    } catch {
      return;
    }
    const pixels = (length) => Math.round(length * devicePixelRatio);
    const size = `${pixels(screen.width)}×${pixels(screen.height)}`;
    fetch(body.dataset.seen, {
      method: "POST",
      body: new URLSearchParams({ device, size }),
      signal: AbortSignal.timeout(TOO_LONG),
    }).catch(() => {});
  };

  /* The page and what it is made of, for a start without the server. Only over HTTPS. */
  const keep = async () => {
    if (!("serviceWorker" in navigator)) return;
    try {
      await navigator.serviceWorker.register(body.dataset.worker);
      const shelf = await caches.open("screen");
      const parts = performance.getEntriesByType("resource").map((entry) => entry.name);
      const own = parts.filter((name) => name.startsWith(`${location.origin}/static/`));
      // One that is missing must not cost the others.
      const wanted = [location.href, ...new Set(own)];
      await Promise.allSettled(wanted.map((address) => shelf.add(address)));
    } catch {
      /* no room, or no server: the next start tries again */
    }
  };

  // Beginning ------------------------------------------------------------------------------------

  const kept = recall();
  lastSaid = written(content());
  if (kept) {
    heardAt = kept.heardAt;
    ahead = kept.ahead;
    const found = /data-as-of="([^"]+)"/.exec(kept.html);
    if (found && Date.parse(found[1]) > Date.parse(content().dataset.asOf)) draw(kept.html);
    build = content().dataset.build;
  }

  const afresh = () => {
    paginate();
    show(0);
  };
  const begin = () => {
    afresh();
    ask();
    listen();
    sayAlight();
    keep();
    setInterval(ask, ASK_EVERY);
    setInterval(sayAlight, SEEN_EVERY);
    const time = document.querySelector("[data-time]");
    const tick = () => {
      time.textContent = clock(Date.now() + ahead);
      ownUp();
    };
    tick();
    setInterval(tick, 1000);
  };

  let resizing = 0;
  addEventListener("resize", () => {
    clearTimeout(resizing);
    resizing = setTimeout(afresh, 200);
  });

  const pause = document.querySelector("[data-pause]");
  pause.addEventListener("click", () => {
    isPaused = !isPaused;
    pause.setAttribute("aria-pressed", String(isPaused));
    show(shown);
  });
  document.querySelector("[data-full]").addEventListener("click", () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else root.requestFullscreen?.();
  });
  let touched = 0;
  addEventListener("pointermove", () => {
    root.classList.add("screen--touched");
    clearTimeout(touched);
    touched = setTimeout(() => root.classList.remove("screen--touched"), 4000);
  });

  if (document.fonts?.status === "loading") document.fonts.ready.then(begin);
  else begin();
})();
