// j and k walk the lines; other letters press what the page marked with data-key. Never while typing.

/** @param {EventTarget | null} target */
function typing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !["checkbox", "radio", "button", "submit"].includes(target.type);
  return target.matches("textarea, select, [contenteditable]");
}

/** The lines of the list, in order. @param {Document} page */
export function lines(page) {
  return /** @type {HTMLElement[]} */ ([...page.querySelectorAll("[data-row]")]);
}

/** The line where the keyboard stands: its id is kept by the table so that an update finds it again. @param {Document} page */
export function here(page) {
  return lines(page).find((line) => line.classList.contains("here"));
}

/** @param {Document} page @param {HTMLElement} line @param {boolean} focus */
export function stand(page, line, focus) {
  for (const other of lines(page)) other.classList.toggle("here", other === line);
  if (!focus) return;
  line.querySelector("a")?.focus({ preventScroll: true });
  line.scrollIntoView({ block: "nearest" });
}

/** @param {Document} page @param {number} step */
function walk(page, step) {
  const all = lines(page);
  if (!all.length) return;
  const at = all.findIndex((line) => line.classList.contains("here"));
  const next = at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1);
  stand(page, all[next], true);
}

/** @param {Document} page @param {string} key */
function press(page, key) {
  const on = here(page);
  // A key of the line where one stands goes before a key of the page.
  const target = on?.querySelector(`[data-key="${key}"]`) ?? page.querySelector(`[data-key="${key}"]`);
  if (!(target instanceof HTMLElement)) return false;
  // What ends something, and what one chooses from, is only aimed at: Enter does it.
  const aimed = "aim" in target.dataset;
  if (aimed || target instanceof HTMLInputElement || target instanceof HTMLSelectElement) target.focus();
  else if (target instanceof HTMLDetailsElement) {
    target.open = true;
    target.querySelector("summary")?.focus();
  } else target.click();
  return true;
}

/** @param {Document} page */
export function keyboard(page) {
  page.addEventListener("focusin", (event) => {
    const line = event.target instanceof Element ? event.target.closest("[data-row]") : null;
    if (line instanceof HTMLElement) stand(page, line, false);
  });
  page.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    if (event.key === "Escape" && typing(event.target)) {
      const line = here(page);
      if (line) stand(page, line, true);
      else /** @type {HTMLElement} */ (event.target).blur();
      return;
    }
    if (typing(event.target)) return;
    if (event.key === "j" || event.key === "k") {
      if (!lines(page).length) return;
      walk(page, event.key === "j" ? 1 : -1);
      event.preventDefault();
      return;
    }
    if (event.key === "Enter" && event.target === page.body) {
      const link = here(page)?.querySelector("a");
      if (link) {
        link.click();
        event.preventDefault();
      }
      return;
    }
    if (/^[a-z/]$/.test(event.key) && press(page, event.key)) event.preventDefault();
  });
}
