// Keeps a list true without moving it under the reader: same line, same focus, same place on the screen.

import { listen, ring } from "./alarm.js";
import { here, lines, stand } from "./keys.js";

const EVERY_MS = 5000;
const AFTER_FAILURE_MS = 20000;
// Behind another window an emergency must ring all the same.
const HIDDEN_MS = 30000;

/**
 * Ask for a page. XMLHttpRequest parses it into an inert document by itself, so no text of ours becomes markup
 * and the Trusted Types policy needs no exception.
 * @param {string} address
 * @returns {Promise<{status: number, page: Document | null}>}
 */
function ask(address) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("GET", address);
    request.responseType = "document";
    request.timeout = 10000;
    request.setRequestHeader("X-Siaga-Poll", "1");
    request.onloadend = () => resolve({ status: request.status, page: request.response });
    request.send();
  });
}

/** @param {HTMLElement} old @param {HTMLElement} fresh */
function replace(old, fresh) {
  const standing = here(document)?.dataset.row;
  const focused = document.activeElement?.closest("[data-row]") ? true : false;
  // What the eye rests on: the line where the keyboard stands, else the first one on the screen.
  const anchor = here(document) ?? lines(document).find((line) => line.getBoundingClientRect().bottom > 0);
  const anchorId = anchor?.dataset.row;
  const before = anchor?.getBoundingClientRect().top ?? 0;
  old.replaceWith(document.adoptNode(fresh));
  const find = (/** @type {string | undefined} */ id) => lines(document).find((line) => line.dataset.row === id);
  const line = standing && find(standing);
  if (line) stand(document, line, false);
  if (line && focused) line.querySelector("a")?.focus({ preventScroll: true });
  const now = find(anchorId)?.getBoundingClientRect().top;
  if (now !== undefined && now !== before) window.scrollBy(0, now - before);
}

/** Puts a part of the fresh page in place of the old one, unless somebody stands in it. @param {Element} part */
function renew(part) {
  const old = document.querySelector(`[data-fresh="${part.getAttribute("data-fresh")}"]`);
  if (old && old.outerHTML !== part.outerHTML && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(part));
}

/** @param {Document} document */
export function watch(document) {
  const first = document.querySelector("[data-live]");
  if (!(first instanceof HTMLElement)) return;
  const address = first.dataset.live ?? "";
  let busy = false;
  let timer = 0;
  const again = (/** @type {number} */ wait) => {
    clearTimeout(timer);
    timer = window.setTimeout(look, wait);
  };

  async function look() {
    if (busy) return;
    busy = true;
    const { status, page } = await ask(address);
    busy = false;
    if (status === 401) {
      window.location.reload();
      return;
    }
    const fresh = page?.querySelector("[data-live]");
    const old = document.querySelector("[data-live]");
    if (status !== 200 || !(fresh instanceof HTMLElement) || !(old instanceof HTMLElement) || !page) {
      again(AFTER_FAILURE_MS);
      return;
    }
    ring(page);
    if (fresh.dataset.state !== old.dataset.state) replace(old, fresh);
    for (const part of page.querySelectorAll("[data-fresh]")) renew(part);
    for (const told of page.querySelectorAll("[data-told]")) {
      const place = document.querySelector(`[data-told="${told.getAttribute("data-told")}"]`);
      if (place && place.textContent !== told.textContent) place.textContent = told.textContent;
    }
    again(document.visibilityState === "hidden" ? HIDDEN_MS : EVERY_MS);
  }

  listen(document);
  again(EVERY_MS);
  document.addEventListener("visibilitychange", look);
  // A push came: what it is about is already here.
  document.addEventListener("alert", look);
}
