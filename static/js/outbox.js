/* Reports that wait on this device, and how they are sent: once, whoever sends.

   Runs in pages and, put before worker.js, in the service worker. IndexedDB `yingji` holds
   - `reports`: {uuid, person, filedAt, state, triedAt, isConfirmed, reason, words, number, url}
     state  waiting   to be sent
            trying    a page's own submit is under way; after a minute it counts as waiting
            old       kept for so long that a person has to say whether the fault is still there
            refused   the server gave a reason (`reason`): to be mended or discarded by a person
            sent      taken, with its number; shown for a day
   - `facts`: {name, value}: whose copies this device keeps (`owner`), and the `language`.

   Never lost, never doubled: a report is stored before anything is sent and removed only after the
   server has said that it has it; its `uuid` goes with each attempt, and the server makes one
   incident of however many come. The token for sending is fetched anew each time. It belongs to a
   session, so a report is never sent in another person's name. */

self.outbox ??= (() => {
  const SESSION = "/session/";
  const INCIDENTS = "/api/incidents/";
  const AWAY = [502, 503, 504];
  const PATIENCE = 20_000; // ms for one answer
  const TRYING = 60_000; // ms that a page's own submit may take
  const HOUR = 3_600_000; // ms
  const OLD = 12 * HOUR;
  const SHOWN = 24 * HOUR; // ms that the number of a sent one stays
  // Requests that nobody asked for do not keep a session alive (ops/staying.py).
  const BY_ITSELF = { "X-By-Itself": "1" };

  // Storage -------------------------------------------------------------------------------------

  let opened = null;
  const open = () => {
    opened ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("yingji", 1);
      request.onupgradeneeded = () => {
        request.result.createObjectStore("reports", { keyPath: "uuid" });
        request.result.createObjectStore("facts", { keyPath: "name" });
      };
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    }).catch((error) => {
      opened = null;
      throw error;
    });
    return opened;
  };

  // Resolves when it is on the disk, not when it was asked for.
  const inStore = async (name, mode, act) => {
    const base = await open();
    return new Promise((resolve, reject) => {
      const change = base.transaction(name, mode, { durability: "strict" });
      const request = act(change.objectStore(name));
      change.oncomplete = () => resolve(request.result);
      change.onabort = () => reject(change.error);
    });
  };

  const channel = "BroadcastChannel" in self ? new BroadcastChannel("outbox") : null;
  const listeners = [];
  const changed = (what = "changed") => {
    channel?.postMessage(what);
    for (const listen of listeners) listen(what);
  };
  channel?.addEventListener("message", (event) => {
    for (const listen of listeners) listen(event.data);
  });

  const all = async () => {
    const found = await inStore("reports", "readonly", (store) => store.getAll());
    return found.sort((one, other) => one.filedAt - other.filedAt);
  };
  const get = (uuid) => inStore("reports", "readonly", (store) => store.get(uuid));
  const put = async (entry) => {
    await inStore("reports", "readwrite", (store) => store.put(entry));
    changed();
  };
  const remove = async (uuid) => {
    await inStore("reports", "readwrite", (store) => store.delete(uuid));
    changed();
  };
  const fact = async (name) =>
    (await inStore("facts", "readonly", (store) => store.get(name)))?.value ?? null;
  const setFact = (name, value) =>
    inStore("facts", "readwrite", (store) => store.put({ name, value }));

  // From a form ---------------------------------------------------------------------------------

  const number = (text) => (/^\d{1,9}$/.test(text ?? "") ? Number(text) : null);

  // What templates/incidents/report.html sends, as an entry; null where it is not to be kept.
  const entryOf = (form) => {
    const uuid = form.get("client_uuid");
    const person = number(form.get("person"));
    if (!uuid || person === null || !(form.get("seen") ?? "").trim()) return null;
    return {
      uuid,
      person,
      filedAt: Date.now(),
      state: "waiting",
      words: {
        seen: form.get("seen").trim(),
        location: (form.get("location") ?? "").trim(),
        services: form.getAll("services").map(number).filter((key) => key !== null),
        department: number(form.get("department")),
        waiting: number(form.get("waiting")),
        relapse_of: number(form.get("relapse_of")),
        join: number(form.get("join")),
      },
    };
  };

  // Sending -------------------------------------------------------------------------------------

  class Away extends Error {}

  const ask = async (address, options = {}) => {
    let answer;
    try {
      answer = await fetch(address, {
        credentials: "same-origin",
        redirect: "manual",
        cache: "no-store",
        signal: AbortSignal.timeout?.(PATIENCE),
        ...options,
        headers: { ...BY_ITSELF, ...options.headers },
      });
    } catch (error) {
      throw new Away(String(error));
    }
    // None of these addresses leads elsewhere: a redirect is a foreign network's sign-in.
    if (AWAY.includes(answer.status) || answer.type === "opaqueredirect") {
      throw new Away(String(answer.status));
    }
    return answer;
  };

  // A page where facts were expected: a foreign network's sign-in answers in the server's place.
  const read = async (answer) => {
    try {
      return await answer.json();
    } catch (error) {
      throw new Away(String(error));
    }
  };

  const session = async () => {
    const answer = await ask(SESSION);
    if (!answer.ok) throw new Away(String(answer.status));
    return read(answer);
  };

  const post = ({ uuid, filedAt, words }, token) => {
    const { join, ...facts } = words;
    const said = join ? { seen: facts.seen, location: facts.location, waiting: facts.waiting } : facts;
    return ask(join ? `${INCIDENTS}${join}/add-report/` : INCIDENTS, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify({
        ...said,
        client_uuid: uuid,
        filed_at: new Date(filedAt).toISOString(),
        sent_at: new Date().toISOString(),
      }),
    });
  };

  const isDue = (entry, now) =>
    entry.state === "waiting" || (entry.state === "trying" && now - entry.triedAt > TRYING);

  const reasonOf = async (answer) => {
    try {
      const { detail, errors } = await answer.json();
      const said = Object.values(errors ?? {}).flat();
      return said.length ? said.join(" ") : (detail ?? "");
    } catch {
      return "";
    }
  };

  const settle = async (entry, answer) => {
    if (answer.ok) {
      const { id, number: name } = await read(answer);
      await put({ ...entry, state: "sent", sentAt: Date.now(), number: name, id });
    } else if (answer.status < 500) {
      await put({ ...entry, state: "refused", reason: await reasonOf(answer) });
    }
    // A mistake of the server's own: it stays as it is and is tried again.
  };

  const round = async () => {
    const now = Date.now();
    const due = [];
    for (const entry of await all()) {
      if (entry.state === "sent" && now - entry.sentAt > SHOWN) await remove(entry.uuid);
      else if (!isDue(entry, now)) continue;
      else if (now - entry.filedAt > OLD && !entry.isConfirmed) await put({ ...entry, state: "old" });
      else due.push(entry);
    }
    if (!due.length) return "done";
    let who = await session();
    let result = "done";
    for (const entry of due) {
      if (who.person !== entry.person) {
        if (who.person === null) result = "signed-out";
        continue;
      }
      let answer = await post(entry, who.token);
      if (answer.status === 401 || answer.status === 403) {
        // The session ended, or another began, since its token was fetched.
        who = await session();
        if (who.person !== entry.person) {
          result = "signed-out";
          continue;
        }
        answer = await post(entry, who.token);
      }
      await settle(entry, answer);
    }
    return result;
  };

  /* Sends what is due. Gives done, signed-out (reports wait for their person), busy (another tab or
     the service worker is sending) or away (no network, or no server behind it). */
  const send = async () => {
    const attempt = async () => {
      try {
        return await round();
      } catch (error) {
        if (error instanceof Away) return "away";
        throw error;
      }
    };
    if (!navigator.locks) return attempt();
    return navigator.locks.request("outbox", { ifAvailable: true }, (lock) =>
      lock ? attempt() : "busy",
    );
  };

  // The browser's own second chance: sent when the network is back, also with no page open.
  const sendLater = async (registration) => {
    try {
      await registration.sync.register("outbox");
    } catch {
      /* Not every browser has it; open pages try by themselves. */
    }
  };

  // Who is signed in here, null for nobody; where the server does not say, nobody is.
  const whoIsHere = async () => {
    try {
      return (await session()).person;
    } catch {
      return null;
    }
  };

  return {
    whoIsHere,
    all,
    get,
    put,
    remove,
    fact,
    setFact,
    entryOf,
    send,
    sendLater,
    changed,
    listen: (listener) => listeners.push(listener),
  };
})();
