// Shows the questions that an answer makes necessary. The rules come from the fields; the server checks them again.

/** @param {HTMLFormElement} form @param {string} name */
function chosen(form, name) {
  return new FormData(form).getAll(name).map(String);
}

/**
 * A rule is JSON of four shapes: `{name: [codes]}`, `{any: […]}`, `{all: […]}`, `{not: …}`.
 * @param {HTMLFormElement} form @param {any} rule @returns {boolean}
 */
export function holds(form, rule) {
  const [[key, inner]] = Object.entries(rule);
  if (key === "not") return !holds(form, inner);
  if (key === "any") return inner.some((/** @type {any} */ part) => holds(form, part));
  if (key === "all") return inner.every((/** @type {any} */ part) => holds(form, part));
  return chosen(form, key).some((value) => inner.includes(value));
}

/**
 * *None* and *unknown* stand for themselves: ticking one unticks the others, and the other way round.
 * @param {HTMLFormElement} form @param {EventTarget | null} target
 */
function standAlone(form, target) {
  if (!(target instanceof HTMLInputElement) || target.type !== "checkbox" || !target.checked) return;
  const alone = (target.closest("[data-alone]")?.getAttribute("data-alone") ?? "").split(" ").filter(Boolean);
  for (const other of form.querySelectorAll(`input[name="${target.name}"]`)) {
    if (!(other instanceof HTMLInputElement) || other === target) continue;
    if (alone.includes(target.value) || alone.includes(other.value)) other.checked = false;
  }
}

/** @param {Document} page */
export function followAnswers(page) {
  for (const form of page.querySelectorAll("form[data-follow]")) {
    if (!(form instanceof HTMLFormElement)) continue;
    const settle = () => {
      for (const ask of form.querySelectorAll(".ask[data-ask-when]")) {
        if (ask instanceof HTMLElement) ask.hidden = !holds(form, JSON.parse(ask.dataset.askWhen ?? "null"));
      }
    };
    form.addEventListener("change", (event) => {
      standAlone(form, event.target);
      settle();
    });
    settle();
  }
}
