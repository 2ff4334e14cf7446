// The desk's worker: shows the one notice for every alert, wakes open pages, opens the desk. Keeps no files.

/** The words come from the catalogue: the server writes them here. @type {{title: string, body: string}} */
const words = /** @type {any} */ ("{{words}}");
const scope = /** @type {any} */ (self);

/** Decides there whether it is the on-call card or the desk. */
const COME = "/desk/alert";
/** Pages on which nothing is being typed. */
const IDLE = /^\/desk\/(duty|enter)/;

scope.addEventListener("install", () => scope.skipWaiting());
scope.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener("push", (/** @type {any} */ event) => {
  // What came is not looked at: it is the same constant for everyone.
  event.waitUntil(Promise.all([show(), wake()]));
});

scope.addEventListener("notificationclick", (/** @type {any} */ event) => {
  event.notification.close();
  event.waitUntil(open());
});

function show() {
  // One notice at a time: a second alert replaces it and sounds again.
  return scope.registration.showNotification(words.title, {
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
  if (!page) return scope.clients.openWindow(COME);
  const shown = await page.focus();
  if (IDLE.test(new URL(shown.url).pathname)) return shown.navigate(COME);
  return shown;
}

function pages() {
  return scope.clients.matchAll({ type: "window", includeUncontrolled: true });
}
