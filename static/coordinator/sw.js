// The desk's worker: shows the one notice for every alert, wakes open pages, opens the desk. Keeps no files.

/** The words come from the catalogue: the server writes them here. @type {{title: string, body: string}} */
const words = "{{words}}";

const HOME = "/desk/";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  // What came is not looked at: it is the same constant for everyone.
  event.waitUntil(Promise.all([show(), wake()]));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open());
});

function show() {
  // One notice at a time: a second alert replaces it and sounds again.
  return self.registration.showNotification(words.title, {
    body: words.body,
    tag: "desk",
    renotify: true,
    requireInteraction: true,
  });
}

async function wake() {
  for (const page of await pages()) page.postMessage({ v: 1 });
}

async function open() {
  const [page] = await pages();
  if (page) return page.focus();
  return self.clients.openWindow(HOME);
}

function pages() {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}
