/** The pictures without meaning: hers, and those she gives her reports. They stand once, in the page. */

/** The drawing of a picture's number, or null. @param {string|null|undefined} number */
export function sign(number) {
  const form = /** @type {HTMLTemplateElement} */ (document.getElementById('s-sign'));
  return form.content.querySelector(`[value="${number}"]`)?.nextElementSibling?.textContent ?? null;
}
