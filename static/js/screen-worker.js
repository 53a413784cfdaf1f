/* Keeps hall screens' pages on the device, for a start without the server. Scope: /screen/.

   A page comes from the server where it answers in time, else as it was last. What it is made of
   comes at once as it was last, and is fetched anew behind it. */

const SHELF = "screen";
const PATIENCE = 5000; // ms

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const fetched = async (request, options) => {
  const answer = await fetch(request, options);
  if (answer.ok) {
    const shelf = await caches.open(SHELF);
    await shelf.put(request.url, answer.clone());
  }
  return answer;
};

const page = async (request) => {
  try {
    const answer = await fetched(request, { signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status < 500) return answer;
    throw new Error(String(answer.status));
  } catch (error) {
    const kept = await caches.match(request.url, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
};

const part = async (request) => {
  const kept = await caches.match(request.url, { ignoreVary: true });
  const coming = fetched(request);
  if (!kept) return coming;
  coming.catch(() => {});
  return kept;
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) event.respondWith(part(request));
});
