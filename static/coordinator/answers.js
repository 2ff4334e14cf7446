// Shows the questions that an answer makes necessary. The rules come from the fields; the server checks them again.

/** @param {HTMLFormElement} form @param {string} name */
function chosen(form, name) {
  return new FormData(form).getAll(name).map(String);
}

/**
 * A rule is `name=code|code` (or `name!=code|code`), several joined by spaces: all must hold.
 * @param {HTMLFormElement} form @param {string} rule
 */
export function holds(form, rule) {
  return rule.split(" ").filter(Boolean).every((one) => {
    const not = one.includes("!=");
    const [name, codes] = one.split(not ? "!=" : "=");
    const hit = chosen(form, name).some((value) => codes.split("|").includes(value));
    return not ? !hit : hit;
  });
}

/** @param {Document} page */
export function followAnswers(page) {
  for (const form of page.querySelectorAll("form[data-follow]")) {
    if (!(form instanceof HTMLFormElement)) continue;
    const settle = () => {
      for (const ask of form.querySelectorAll("[data-when]")) {
        if (ask instanceof HTMLElement) ask.hidden = !holds(form, ask.dataset.when ?? "");
      }
    };
    form.addEventListener("change", settle);
    settle();
  }
}
