/** Lists, links, values and pictures in a piece of a page; texts are the stage's own. */
import { alsoFill, fill, word } from './stage.js';

alsoFill((piece, texts) => {
  for (let one; (one = piece.querySelector('[data-each]')); one.remove()) {
    const list = texts[/** @type {HTMLElement} */ (one).dataset.each ?? ''] || [];
    one.removeAttribute('data-each');
    for (const entry of list) {
      const holder = document.createDocumentFragment();
      holder.append(one.cloneNode(true));
      fill(holder, entry);
      for (const done of /** @type {NodeListOf<HTMLElement>} */ (holder.querySelectorAll('*'))) settle(done);
      one.before(holder);
    }
  }
  for (const node of /** @type {NodeListOf<any>} */ (piece.querySelectorAll('[data-v],[data-tel],[data-sms],[data-c],[data-i]'))) {
    const { v, tel, sms, c, i } = node.dataset;
    if (v) node.value = texts[v];
    if (tel) node.href = `tel:${texts[tel]}`;
    if (sms) node.href = `sms:${texts[sms]}?body=${encodeURIComponent(word('sms') ?? '')}`;
    if (c) node.className = texts[c];
    if (i && texts[i]) icon(node, texts[i]);
  }
});

/** What an entry of a list has said is not for the page around it to change. @param {HTMLElement} node */
function settle({ dataset }) {
  for (const slot of ['t', 'v', 'c', 'i', 'tel', 'if']) delete dataset[slot];
}

/** Make an <svg><use> show another drawing. @param {Element} node @param {string} name */
export function icon(node, name) {
  node.querySelector('use')?.setAttribute('href', `#i-${name}`);
}
