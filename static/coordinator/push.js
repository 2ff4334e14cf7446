// Alerts on this browser: switched on by a button, said again at each visit, and pages updated when one comes.

const WORKER = "/desk/sw.js";
const SCOPE = "/desk/";
const PLACE = "/desk/push-subscription";
// Chromium's subscribe can hang for ever.
const PATIENCE_MS = 20000;

/** One policy, one literal address. */
const trusted =
  /** @type {any} */ (window).trustedTypes?.createPolicy("siaga", {
    /** @param {string} address */
    createScriptURL(address) {
      if (address !== WORKER) throw new TypeError("not a script of ours");
      return address;
    },
  });

/** @param {string} method @param {PushSubscription} subscription @param {string} token */
async function tell(method, subscription, token) {
  const answer = await fetch(PLACE, {
    method,
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(subscription),
  });
  return answer.status === 204;
}

/** @template T @param {Promise<T>} promise @returns {Promise<T>} */
function within(promise) {
  return Promise.race([
    promise,
    new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE_MS)),
  ]);
}

/** @param {string} key */
function bytes(key) {
  const plain = atob(key.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

/** @param {ServiceWorkerRegistration} worker @param {string} key */
async function subscribed(worker, key) {
  const wanted = bytes(key);
  const present = await worker.pushManager.getSubscription();
  const bound = new Uint8Array(present?.options.applicationServerKey ?? []);
  if (present && bound.length === wanted.length && bound.every((byte, at) => byte === wanted[at])) return present;
  // Bound to a key that the server no longer has: it would never ring.
  await present?.unsubscribe();
  return within(worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted }));
}

/**
 * The box says by `data-state` what holds: `off`, `on`, `refused`, `failed` or `impossible`.
 * @param {HTMLElement} box
 */
async function begin(box) {
  const { key = "", token = "" } = box.dataset;
  /** @param {string} state */
  const say = (state) => {
    box.dataset.state = state;
    for (const part of box.querySelectorAll("[data-for]")) {
      if (part instanceof HTMLElement) part.hidden = !(part.dataset.for ?? "").split(" ").includes(state);
    }
  };
  if (!key || !("serviceWorker" in navigator) || !("PushManager" in window)) return say("impossible");
  const worker = await navigator.serviceWorker.register(trusted?.createScriptURL(WORKER) ?? WORKER, { scope: SCOPE });

  const on = async () => {
    try {
      const permission = await Notification.requestPermission();
      if (permission !== "granted") return say(permission === "denied" ? "refused" : "off");
      const subscription = await subscribed(worker, key);
      say((await tell("PUT", subscription, token)) ? "on" : "failed");
    } catch {
      say("failed");
    }
  };
  const off = async () => {
    const subscription = await worker.pushManager.getSubscription();
    if (subscription && (await tell("DELETE", subscription, token))) await subscription.unsubscribe();
    say("off");
  };
  for (const button of box.querySelectorAll("[data-push-on]")) button.addEventListener("click", on);
  box.querySelector("[data-push-off]")?.addEventListener("click", off);

  if (Notification.permission === "denied") return say("refused");
  if (Notification.permission === "granted" && (await worker.pushManager.getSubscription())) return on();
  return say("off");
}

/** @param {Document} page */
export function alerts(page) {
  const box = page.querySelector("[data-push]");
  if (box instanceof HTMLElement) begin(box).catch(() => (box.dataset.state = "failed"));
  navigator.serviceWorker?.addEventListener("message", () => page.dispatchEvent(new Event("alert")));
}
