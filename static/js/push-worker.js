/* Shows news of the hospital's services in this browser. Scope: /status/push/, no page's requests
   pass through here.

   What comes is {title, text, url, key, confirm}: the same `key` again replaces what is shown;
   `confirm`, in the first message, is called: it says that this browser was reached. Addresses are
   used on this origin only, whatever host they name. */

const here = (address) => {
  const { pathname, search } = new URL(address, self.location.origin);
  return self.location.origin + pathname + search;
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const { title, text, url, key, confirm } = event.data.json();
  const tell = async () => {
    await self.registration.showNotification(title, {
      body: text,
      tag: key,
      icon: "/static/img/app-192.png",
      data: { url },
    });
    if (confirm) await fetch(here(confirm), { method: "POST", credentials: "omit" });
  };
  event.waitUntil(tell());
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(here(event.notification.data.url)));
});
