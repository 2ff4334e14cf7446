// Copies a ready reply: only what stands on the page, word for word.

/** @param {HTMLElement} button @param {Document} page */
async function copy(button, page) {
  const text = page.getElementById(button.dataset.copy ?? "");
  const said = button.parentElement?.querySelector("[data-copied]");
  if (!text) return;
  try {
    await navigator.clipboard.writeText(text.textContent ?? "");
    for (const other of page.querySelectorAll("[data-copied]")) if (other instanceof HTMLElement) other.hidden = other !== said;
  } catch {
    // No clipboard here: the text is marked, so that it can be copied by hand.
    page.getSelection()?.selectAllChildren(text);
  }
}

/** @param {Document} page */
export function copying(page) {
  for (const button of page.querySelectorAll("[data-copy]")) {
    if (button instanceof HTMLElement) button.addEventListener("click", () => void copy(button, page));
  }
}
