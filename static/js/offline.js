/* The page's side of working without network: the service worker, the copy's band, the way back.

   Contract
   - <body data-person="12"> of a signed-in person, <body data-nobody> of the sign-in page: told to
     the service worker, which keeps copies of that person's pages and of nobody else's.
   - <html data-copy="time"> (set by js/worker.js): this is a copy. [data-copy-band] is shown with
     the time in [data-copy-since]; forms are refused, but form[data-outbox] (it waits here)
     and form[data-offline] (signing out). When the server
     answers again and nobody has typed, the page is fetched anew.
   - <html data-lost="page|form|door">: this is the page without network; [data-for] says which.
   - [data-install]: a button, shown where the browser offers to install the app.
   - [data-needs-tls]: shown where browsers keep nothing, for want of TLS.
   - [data-copies] with links: those of which there is a copy are shown, with its time. */

(() => {
  const root = document.documentElement;
  const { body } = document;
  const AGAIN = 900_000; // ms: copies of an open page are kept fresh
  const SOON = 15_000; // ms until copies that did not come are asked for again, then twice as long
  const PROBE = 10_000; // ms between looks whether the server is back
  const person = Number(body.dataset.person) || null;
  const two = (value) => String(value).padStart(2, "0");
  const clock = (at) => {
    const time = `${two(at.getHours())}:${two(at.getMinutes())}`;
    const isToday = at.toDateString() === new Date().toDateString();
    return isToday ? time : `${two(at.getMonth() + 1)}-${two(at.getDate())} ${time}`;
  };
  const show = (selector, isShown = true) => {
    for (const part of document.querySelectorAll(selector)) part.hidden = !isShown;
  };

  // The service worker --------------------------------------------------------------------------

  const isAble = "serviceWorker" in navigator && window.isSecureContext;
  const tell = async () => {
    if (!person && !body.hasAttribute("data-nobody")) return;
    // A page that was left open when somebody else signed in says nothing any more.
    if (seen() !== (person ? String(person) : "")) return;
    const registration = await navigator.serviceWorker.ready;
    const language = root.lang === "en" ? "en" : "zh-hans";
    registration.active.postMessage({ person, language });
  };
  const register = () =>
    navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }).catch(() => {
      /* Not reachable now: what is installed goes on. */
    });
  // Until the worker says that the copies are there, it is asked again, after longer and longer.
  let isKept = false;
  let pause = SOON;
  let next = 0;
  const ask = () => {
    clearTimeout(next);
    next = setTimeout(ask, isKept ? AGAIN : pause);
    pause = Math.min(pause * 2, AGAIN);
    // One that could not fetch all of its files was given up by the browser: it begins anew.
    if (!navigator.serviceWorker.controller) register();
    tell();
  };
  const askAtOnce = () => {
    if (isKept) return;
    pause = SOON;
    ask();
  };
  const hear = ({ data }) => {
    if (!data?.copies) return;
    isKept = data.copies === "kept";
    if (!isKept) return;
    clearTimeout(next);
    next = setTimeout(ask, AGAIN);
  };
  // Who was signed in last, for pages that are older than that.
  const seen = () => {
    try {
      return localStorage.getItem("person");
    } catch {
      return person ? String(person) : "";
    }
  };
  try {
    const isNew = !root.dataset.copy && !root.dataset.lost;
    if (isNew && (person || body.hasAttribute("data-nobody"))) {
      localStorage.setItem("person", person ?? "");
    }
  } catch {
    /* Private windows may refuse storage. */
  }
  if (isAble) {
    register();
    if (!root.dataset.copy && !root.dataset.lost) {
      navigator.serviceWorker.addEventListener("message", hear);
      window.addEventListener("online", askAtOnce);
      // A new release has taken over: its copies are other ones.
      navigator.serviceWorker.addEventListener("controllerchange", () => {
        isKept = false;
        askAtOnce();
      });
      document.addEventListener("visibilitychange", () => {
        if (!document.hidden) askAtOnce();
      });
      ask();
    }
    show("[data-needs-worker]");
  } else {
    show("[data-needs-tls]");
  }

  // A page kept for the back button may be another person's: it is fetched anew.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted && person && seen() !== String(person)) location.reload();
  });

  // A copy --------------------------------------------------------------------------------------

  const isTyped = () =>
    [...document.querySelectorAll("input, textarea, select")].some((control) => {
      if (control.type === "hidden") return false;
      if (control.type === "checkbox" || control.type === "radio") {
        return control.checked !== control.defaultChecked;
      }
      if (control instanceof HTMLSelectElement) {
        return [...control.options].some((option) => option.selected !== option.defaultSelected);
      }
      return control.value !== control.defaultValue;
    });

  const isBack = async () => {
    try {
      const answer = await fetch("/health/live/", {
        cache: "no-store",
        signal: AbortSignal.timeout?.(PROBE),
      });
      return answer.ok;
    } catch {
      return false;
    }
  };

  const comeBack = async () => {
    if (!(await isBack())) return;
    // What was sent and did not arrive is not sent by itself: a person goes back to it.
    if (!isTyped() && root.dataset.lost !== "form") location.reload();
    else show("[data-back-again]");
  };

  const band = document.querySelector("[data-copy-band]");
  if (root.dataset.copy && band) {
    const since = new Date(root.dataset.copy);
    for (const place of band.querySelectorAll("[data-copy-since]")) {
      place.textContent = clock(since);
      place.setAttribute("datetime", root.dataset.copy);
    }
    band.hidden = false;
    document.addEventListener(
      "submit",
      (event) => {
        if (event.target.method !== "post" || event.target.matches("[data-outbox], [data-offline]")) {
          return;
        }
        event.preventDefault();
        event.stopImmediatePropagation();
        show("[data-copy-refused]");
        band.focus();
      },
      true,
    );
  }
  if (root.dataset.copy || root.dataset.lost) {
    setInterval(comeBack, PROBE);
    window.addEventListener("online", comeBack);
  }

  // The page without network --------------------------------------------------------------------

  if (root.dataset.lost) show(`[data-lost-for="${root.dataset.lost}"]`);
  const list = document.querySelector("[data-copies]");
  const listCopies = async () => {
    const owner = await self.outbox.fact("owner");
    if (owner === null) return;
    const cache = await caches.open(`copies-${owner}`);
    let count = 0;
    for (const row of list.querySelectorAll("li")) {
      const found = await cache.match(row.querySelector("a").getAttribute("href"));
      row.hidden = !found;
      if (!found) continue;
      count += 1;
      row.querySelector("time").textContent = clock(new Date(found.headers.get("X-Kept-At")));
    }
    list.hidden = count === 0;
    show("[data-no-copies]", count === 0);
  };
  if (list && isAble) listCopies();

  // Installing ----------------------------------------------------------------------------------

  let offer = null;
  window.addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    offer = event;
    show("[data-install]");
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-install]") || !offer) return;
    offer.prompt();
    offer = null;
    show("[data-install]", false);
  });
})();
