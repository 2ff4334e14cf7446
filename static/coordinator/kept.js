// Guards what is being typed: a second press sends nothing twice, leaving half-way asks first.

/** @param {Document} page */
export function protect(page) {
  for (const form of page.querySelectorAll("form[method=post]")) {
    if (!(form instanceof HTMLFormElement)) continue;
    let sent = false;
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
    });
    // A page that comes back from the browser's memory can be sent again.
    window.addEventListener("pageshow", () => {
      sent = false;
    });
    if (!("guard" in form.dataset)) continue;
    let touched = false;
    form.addEventListener("input", () => {
      touched = true;
    });
    window.addEventListener("beforeunload", (event) => {
      if (touched && !sent) event.preventDefault();
    });
  }
}
