/* The service worker: what this device shows when the server cannot be reached.

   Served as /sw.js by ops/installable.py, which puts before it outbox.js and the constants RELEASE,
   SHELL, KEPT, REPORT, DOORS, OFFLINE, COPY_HOURS. The network always comes first; what is kept is
   for when it does not answer.

   Two kinds of caches:
   - `shell-<release>`: sheets, scripts, pictures and the page without network; the same for
     everybody. A new release brings its own and removes the one before.
   - `copies-<person>`: the pages of KEPT as one person saw them last, each with X-Kept-At and the
     X-Release that made it: a new release fetches them anew. There is only ever one: signing in, signing out, an expired session and another person empty it. A page
     is kept only if it says itself whose it is.

   Nothing else is stored, and fragments, the API and the live stream never pass through here. */

const SHELL_CACHE = `shell-${RELEASE}`;
const PATIENCE = 8_000; // ms for a page of which there is a copy
const PATIENCE_FOR_FILES = 3_000; // ms
const PATIENCE_FOR_REPORT = 12_000; // ms
const PATIENCE_FOR_COPIES = 30_000; // ms for each page that is fetched to be kept
const PAUSES = [0, 2_000, 8_000, 20_000]; // ms before each attempt at what did not come
const KEEPING_FOR = 200_000; // ms: browsers end a worker that is busy for five minutes
const LOST_FOR = 15_000; // ms after a failure in which files come from the shell at once
const FRESH = 600_000; // ms: a copy that is younger is not fetched again
const AWAY = [502, 503, 504];

let lostAt = 0;

const atMost = (promise, patience) =>
  Promise.race([
    promise,
    new Promise((_resolve, reject) => setTimeout(() => reject(new Error("late")), patience)),
  ]);

const sleep = (pause) => new Promise((resolve) => setTimeout(resolve, pause));

// The shell -----------------------------------------------------------------------------------

// Without one of its files the worker does not begin; a hiccup of the line must not cost that.
const keepFile = async (cache, address) => {
  for (const pause of [2_000, 8_000, null]) {
    try {
      return await cache.add(new Request(address, { cache: "reload" }));
    } catch (error) {
      if (pause === null) throw error;
      await sleep(pause);
    }
  }
};

self.addEventListener("install", (event) => {
  const fill = async () => {
    const cache = await caches.open(SHELL_CACHE);
    await Promise.all(SHELL.map((address) => keepFile(cache, address)));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const takeOver = async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("shell-") && name !== SHELL_CACHE) await caches.delete(name);
    }
    // Whatever pages ask for waits until this is over. They ask for their copies themselves.
    await self.clients.claim();
  };
  event.waitUntil(takeOver());
});

const fromShell = async (request) => {
  const kept = () => caches.match(request, { cacheName: SHELL_CACHE, ignoreSearch: true });
  if (Date.now() - lostAt < LOST_FOR) {
    const found = await kept();
    if (found) return found;
  }
  try {
    return await atMost(fetch(request), PATIENCE_FOR_FILES);
  } catch {
    lostAt = Date.now();
    return (await kept()) ?? Response.error();
  }
};

// One person's copies -------------------------------------------------------------------------

const nameOf = (person) => `copies-${person}`;

const forget = async (but = null) => {
  for (const name of await caches.keys()) {
    if (name.startsWith("copies-") && name !== but) await caches.delete(name);
  }
};

const nobody = async () => {
  await outbox.setFact("owner", null);
  await forget();
};

// A copy of the release before is not fresh; until there is another it is better than none.
const isFresh = ({ headers }) =>
  headers.get("X-Release") === RELEASE &&
  Date.now() - Date.parse(headers.get("X-Kept-At")) < FRESH;

/* One page into its owner's copies: "kept" (also where it is not for this person: nothing is kept,
   and there is nothing to wait for), "later" (no answer, or not a good one: worth another attempt)
   or "stop" (nobody, or somebody else, is signed in by now). */
const keepOne = async (cache, path, person) => {
  const known = await cache.match(path);
  if (known && isFresh(known)) return "kept";
  let answer;
  let text;
  try {
    answer = await fetch(path, {
      credentials: "same-origin",
      redirect: "manual",
      cache: "no-store",
      headers: { "X-By-Itself": "1" },
      signal: AbortSignal.timeout(PATIENCE_FOR_COPIES),
    });
    text = await answer.text();
  } catch {
    return "later";
  }
  // Led away to the sign-in: this device has nobody's session any more.
  if (answer.type === "opaqueredirect") {
    await nobody();
    return "stop";
  }
  if (answer.status === 403 || answer.status === 404) {
    await cache.delete(path);
    return "kept";
  }
  if (!answer.ok) return "later";
  if (!text.includes(`data-person="${person}"`)) return "stop";
  const headers = { "X-Kept-At": new Date().toISOString(), "X-Release": RELEASE };
  headers["Cache-Control"] = "no-store";
  for (const name of ["Content-Type", "Content-Security-Policy", "Content-Language"]) {
    if (answer.headers.has(name)) headers[name] = answer.headers.get(name);
  }
  if ((await outbox.fact("owner")) !== person) return "stop";
  await cache.put(path, new Response(text, { headers }));
  return "kept";
};

/* One page that does not come costs the others nothing, and is asked for again a little later.
   Gives "kept" (all are there), "later" or "stop". */
const fetchCopies = async (person) => {
  const cache = await caches.open(nameOf(person));
  const giveUp = Date.now() + KEEPING_FOR;
  let wanted = KEPT;
  for (const pause of PAUSES) {
    if (pause) await sleep(pause);
    const later = [];
    let isOver = false;
    for (const path of wanted) {
      const outcome = Date.now() > giveUp ? "later" : await keepOne(cache, path, person);
      if (outcome === "later") later.push(path);
      isOver = outcome === "stop";
      if (isOver) break;
    }
    // Somebody else may have come while this was under way.
    if ((await outbox.fact("owner")) !== person) {
      await caches.delete(nameOf(person));
      return "stop";
    }
    if (isOver) return "stop";
    if (!later.length) return "kept";
    if (Date.now() > giveUp) break;
    wanted = later;
  }
  return "later";
};

// Several tabs ask for the same: a server that is slow already is asked once.
const underWay = new Map();

const keep = (person) => {
  if (!underWay.has(person)) {
    const fetching = fetchCopies(person).finally(() => underWay.delete(person));
    underWay.set(person, fetching);
  }
  return underWay.get(person);
};

const copyOf = async (url) => {
  if (!KEPT.includes(url.pathname) || (url.search && url.pathname !== REPORT)) return null;
  const person = await outbox.fact("owner");
  if (person === null) return null;
  const found = await caches.match(url.pathname, { cacheName: nameOf(person) });
  if (!found) return null;
  const age = Date.now() - Date.parse(found.headers.get("X-Kept-At"));
  return age < COPY_HOURS * 3_600_000 ? found : null;
};

// The page says on its face that it is a copy, and since when (js/offline.js).
const marked = async (copy) => {
  const text = await copy.text();
  const since = copy.headers.get("X-Kept-At");
  // Each time the form is a new one: two reports from one copy are two.
  const fresh = text.replace(
    /(name="client_uuid" value=")[^"]*/g,
    (_all, head) => head + self.crypto.randomUUID(),
  );
  return new Response(fresh.replace("<html ", `<html data-copy="${since}" `), {
    headers: copy.headers,
  });
};

const offlinePage = async (lost) => {
  const language = (await outbox.fact("language")) ?? "zh-hans";
  const page = await caches.match(OFFLINE[language], { cacheName: SHELL_CACHE });
  if (!page) return Response.error();
  const text = await page.text();
  // What was typed into a form that did not arrive stays for the way back (js/forms.js).
  const refused = lost === "page" ? "" : "data-refused";
  return new Response(text.replace("<html ", `<html data-lost="${lost}" ${refused} `), {
    status: 503,
    headers: page.headers,
  });
};

// Pages ---------------------------------------------------------------------------------------

const visit = async (request, url) => {
  let copy = null;
  try {
    copy = await copyOf(url);
  } catch {
    /* Without storage there is no copy; the network may still answer. */
  }
  try {
    const answer = await (copy ? atMost(fetch(request), PATIENCE) : fetch(request));
    if (AWAY.includes(answer.status) && (copy || answer.status !== 503)) throw new Error("away");
    lostAt = 0;
    return answer;
  } catch {
    lostAt = Date.now();
    return copy ? marked(copy) : offlinePage("page");
  }
};

const submit = async (request, lost) => {
  try {
    return await fetch(request);
  } catch {
    lostAt = Date.now();
    return offlinePage(lost);
  }
};

/* A redirect leads to what was received, or to the sign-in where the session ended meanwhile; a
   worker is not told where. In doubt it was not taken: one that is sent again stays one. */
const isTaken = async (answer, entry) =>
  answer.type !== "opaqueredirect" || (await outbox.whoIsHere()) === entry.person;

/* A report is stored, then sent as the page sends it. No answer, or a mistake of the server's own
   (500): it waits, and the person sees it wait on the report page. So it does when the form's token
   was too old (403): the outbox has a fresh one; and when the session has ended, until its person
   has signed in again. Any other answer, be it a refusal, is the page's own again. */
const report = async (request) => {
  let entry = null;
  let before;
  try {
    entry = outbox.entryOf(await request.clone().formData());
    if (entry) {
      before = await outbox.get(entry.uuid);
      entry.filedAt = before?.filedAt ?? entry.filedAt;
      await outbox.put({ ...entry, state: "trying", triedAt: Date.now() });
    }
  } catch {
    entry = null;
  }
  if (!entry) return submit(request, "form");
  try {
    const answer = await atMost(fetch(request), PATIENCE_FOR_REPORT);
    if (answer.status >= 500 || answer.status === 403) throw new Error("not taken");
    if (before && answer.status >= 400) await outbox.put(before);
    else if (await isTaken(answer, entry)) await outbox.remove(entry.uuid);
    else await outbox.put(entry);
    return answer;
  } catch {
    await outbox.put(entry);
    await outbox.sendLater(self.registration);
    return Response.redirect(`${REPORT}#waiting`, 303);
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin) return;
  if (request.mode !== "navigate") {
    if (request.method === "GET" && SHELL.includes(url.pathname)) {
      event.respondWith(fromShell(request));
    }
  } else if (request.method === "GET") {
    event.respondWith(visit(request, url));
  } else if (DOORS.includes(url.pathname)) {
    // Whoever comes in or goes out: what was kept for the one before is gone first.
    event.respondWith(nobody().then(() => submit(request, "door")));
  } else if (url.pathname === REPORT) {
    event.respondWith(report(request));
  } else {
    event.respondWith(submit(request, "form"));
  }
});

self.addEventListener("sync", (event) => {
  if (event.tag !== "outbox") return;
  const attempt = async () => {
    if ((await outbox.send()) === "away") throw new Error("still away");
  };
  event.waitUntil(attempt());
});

/* From js/offline.js of every page: who is looking at it, and in which language. It is told whether
   the copies are there; where they are not, it asks again: this worker may be ended any moment. */
self.addEventListener("message", (event) => {
  const { person, language } = event.data ?? {};
  const note = async () => {
    // A page that was opened in the very moment of the take-over is nobody's, and would lose what is
    // typed into it when the network goes.
    await self.clients.claim();
    if (language in OFFLINE) await outbox.setFact("language", language);
    // The page's word may come late, when somebody has signed in behind it.
    if (person === null) {
      if ((await outbox.whoIsHere()) === null) await nobody();
      return;
    }
    if ((await outbox.fact("owner")) !== person) {
      await outbox.setFact("owner", person);
      await forget(nameOf(person));
    }
    event.source?.postMessage({ copies: await keep(person) });
  };
  event.waitUntil(note());
});
