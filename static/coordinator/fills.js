// A choice that fills a number: the standard goes in, until somebody types another. Without this the server does it.

/** @param {Document} page */
export function fillNumbers(page) {
  for (const choice of page.querySelectorAll("select[data-fills]")) {
    if (!(choice instanceof HTMLSelectElement)) continue;
    const number = choice.form?.elements.namedItem(choice.dataset.fills ?? "");
    if (!(number instanceof HTMLInputElement)) continue;
    let filled = choice.selectedOptions[0]?.dataset.value ?? "";
    choice.addEventListener("change", () => {
      const standard = choice.selectedOptions[0]?.dataset.value ?? "";
      if (number.value === "" || number.value === filled) number.value = standard;
      filled = standard;
    });
  }
}
