// What a page shows does not stay on a screen that nobody sits at: when nothing was touched for as long as a session lasts, it is
// asked whether that still runs, and if not, the door takes the place of the page. What was being typed goes along, sealed.

const EVERY_MS = 30_000;
const IDLE_MS = 15 * 60_000;
const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/** Whether nobody is signed in any more; without an answer it is not known. */
async function ended() {
  try {
    const answer = await fetch("/desk/", { headers: { "X-Siaga-Poll": "1" }, redirect: "manual", cache: "no-store" });
    return answer.status === 401;
  } catch {
    return false;
  }
}

/** @param {Document} page */
export function leave(page) {
  const { back } = page.body.dataset;
  if (back === undefined) return;
  let touched = Date.now();
  /** @type {HTMLFormElement | null} */
  let typed = null;
  const touch = () => void (touched = Date.now());
  for (const kind of TOUCHES) page.addEventListener(kind, touch, { passive: true });
  page.addEventListener("input", ({ target }) => {
    const form = target instanceof Element && target.closest("form");
    if (form && form.method === "post") typed = form;
  });
  window.setInterval(async () => {
    if (Date.now() - touched < IDLE_MS || !(await ended())) return;
    if (typed?.isConnected) {
      typed.noValidate = true; // Without a session nothing is done with it, whatever it says.
      typed.requestSubmit();
    } else window.location.replace(`/desk/enter?to=${encodeURIComponent(back)}`);
  }, EVERY_MS);
}
