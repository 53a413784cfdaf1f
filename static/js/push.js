/* News in this browser: asks the browser's push service, and tells the server.

   Contract: [data-push="our public key"] with data-begin and data-end (where to tell it) and
   data-worker (js/push-worker.js). In it [data-for] says how things stand, one at a time: unable,
   denied, asked, on, off, failed (with [data-reason]); buttons [data-push-begin], [data-push-end].
   Without this script «unable» stays. */

(() => {
  const place = document.querySelector("[data-push]");
  const isAble =
    "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
  if (!place || !isAble) return;
  const key = place.dataset.push;
  const button = {
    begin: place.querySelector("[data-push-begin]"),
    end: place.querySelector("[data-push-end]"),
  };

  const show = (state, { begins = false, ends = false } = {}) => {
    for (const words of place.querySelectorAll("[data-for]")) {
      words.hidden = words.dataset.for !== state;
    }
    button.begin.hidden = !begins;
    button.end.hidden = !ends;
  };

  const packed = (bytes) =>
    btoa(String.fromCharCode(...new Uint8Array(bytes)))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replace(/=+$/, "");

  const tell = (address, said) =>
    fetch(address, {
      method: "POST",
      credentials: "omit",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(said),
    });

  const registration = async () => {
    const address = place.dataset.worker;
    const scope = address.slice(0, address.lastIndexOf("/") + 1);
    await navigator.serviceWorker.register(address, { scope, updateViaCache: "none" });
    return navigator.serviceWorker.getRegistration(scope);
  };

  // What this browser has of our present key; of an earlier one nothing comes any more.
  const standing = async (worker) => {
    const found = await worker.pushManager.getSubscription();
    const made = found?.options?.applicationServerKey;
    if (!found || !made || packed(made) === key) return found;
    await found.unsubscribe();
    return null;
  };

  const ready = (worker) =>
    worker.active ? worker : new Promise((resolve) => {
      const waiting = worker.installing ?? worker.waiting;
      waiting.addEventListener("statechange", () => {
        if (waiting.state === "activated") resolve(worker);
      });
    });

  const begin = async () => {
    button.begin.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") {
        show("denied", { begins: true });
        return;
      }
      const worker = await ready(await registration());
      const asked =
        (await standing(worker)) ??
        (await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }));
      const answer = await tell(place.dataset.begin, { ...asked.toJSON(), key });
      if (answer.ok) {
        show("asked", { ends: true });
        return;
      }
      await asked.unsubscribe();
      const { detail } = await answer.json();
      if (detail) place.querySelector("[data-reason]").textContent = detail;
      show("failed", { begins: true });
    } catch {
      show("failed", { begins: true });
    } finally {
      button.begin.disabled = false;
    }
  };

  const end = async () => {
    const worker = await registration();
    const found = await worker.pushManager.getSubscription();
    if (found) {
      await found.unsubscribe();
      await tell(place.dataset.end, { endpoint: found.endpoint });
    }
    show("off", { begins: true });
  };

  button.begin.addEventListener("click", begin);
  button.end.addEventListener("click", end);
  const look = async () => {
    if (Notification.permission === "denied") return show("denied");
    const scope = place.dataset.worker;
    const worker = await navigator.serviceWorker.getRegistration(scope);
    if (worker && (await standing(worker))) return show("on", { ends: true });
    return show("", { begins: true });
  };
  look();
})();
