// The stage: clones a <template>, fills it with texts, shows it, and moves the focus to its heading.
// It keeps nothing of any screen. It lies in the page, and the app takes it over from there (build.mjs).

const app = /** @type {HTMLFormElement} */ (document.getElementById('app'));
const cover = /** @type {HTMLElement} */ (document.getElementById('cover'));

/** @typedef {Record<string, any>} Texts */
/** @typedef {Record<string, (value: string, pressed: HTMLElement) => void>} Acts */

/** @param {string} id */
const copy = (id) =>
  /** @type {DocumentFragment} */ (
    /** @type {HTMLTemplateElement} */ (document.getElementById(id)).content.cloneNode(true)
  );

/**
 * The sentence of a key, with `{name}` replaced. An unknown key answers null.
 * @param {string} key
 * @param {Texts} [names]
 * @returns {string|null}
 */
export function word(key, names = {}) {
  const words = /** @type {HTMLTemplateElement} */ (document.getElementById('words'));
  const text = words.content.querySelector(`[data-w='${key}']`)?.textContent;
  return text == null ? null : text.replace(/\{(\w+)\}/g, (_, name) => String(names[name] ?? ''));
}

/** @type {(piece: DocumentFragment|HTMLElement, texts: Texts) => void} */
let fillMore = () => {};

/** What the page itself shows has neither lists nor links: filling those comes with the app. @param {typeof fillMore} way */
export const alsoFill = (way) => void (fillMore = way);

/**
 * Fill a piece of a page: see templates/cadre/_parts.html for what the attributes mean.
 * @param {DocumentFragment|HTMLElement} piece
 * @param {Texts} texts
 */
export function fill(piece, texts) {
  fillMore(piece, texts);
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (piece.querySelectorAll('[data-if]'))) {
    const kept = texts[node.dataset.if ?? ''];
    if (!kept || (Array.isArray(kept) && !kept.length)) node.remove();
  }
  for (const node of /** @type {NodeListOf<any>} */ (piece.querySelectorAll('[data-t]'))) {
    const text = texts[node.dataset.t];
    if (text != null) node[node.localName === 'progress' ? 'value' : 'textContent'] = text;
  }
  return piece;
}

/**
 * Show a screen. `acts.back` gives it a way back; *Tutup* is always there.
 * @param {string} name the template without its `s-`
 * @param {Texts} [texts]
 * @param {Acts} [acts]
 * @returns {HTMLElement} the screen's <main>
 */
export function show(name, texts = {}, acts = {}) {
  const source = /** @type {HTMLElement} */ (document.getElementById(`s-${name}`));
  const piece = fill(copy(`s-${name}`), texts);
  const main = /** @type {HTMLElement} */ (piece.querySelector('main'));
  const top = copy('top');
  const back = /** @type {HTMLElement} */ (top.querySelector('[data-do=back]'));
  const me = main.querySelector('.me');
  if (me) back.replaceWith(me);
  else if (!acts.back) back.remove();
  else if (source.dataset.back) /** @type {Element} */ (back.lastChild).textContent = source.dataset.back;
  if (me && acts.back) {
    const away = /** @type {HTMLElement} */ (copy('top').querySelector('[data-do=back]'));
    /** @type {Element} */ (away.lastChild).className = 'sr';
    me.before(away);
  }
  const page = document.createElement('div');
  page.className = 'page';
  page.dataset.screen = name;
  page.append(top, main);
  page.addEventListener('click', (event) => press(/** @type {Element} */ (event.target), acts));
  document.body.classList.toggle('alarm', source.dataset.alarm !== undefined);
  cover.hidden = true;
  app.hidden = false;
  app.replaceChildren(page);
  scrollTo(0, 0);
  focusHeading(page);
  return main;
}

/** @param {Element} place */
export function focusHeading(place) {
  const heading = /** @type {HTMLElement|null} */ (place.querySelector('h1'));
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/**
 * A thumb that trembles presses once: again only when what it did is done.
 * @param {Element} target
 * @param {Acts} acts
 */
function press(target, acts) {
  const pressed = /** @type {any} */ (target.closest('[data-do]'));
  if (!pressed || pressed.busy) return;
  const done = /** @type {any} */ (acts[pressed.dataset.do]?.(pressed.value ?? '', pressed));
  pressed.busy = done?.finally?.(() => (pressed.busy = null));
}

/** Back to the book's cover; nothing of any screen stays in the page. */
export function showCover() {
  empty();
  cover.hidden = false;
  focusHeading(cover);
}

/** Nothing at all: what a phone shows that is put down. */
export function empty() {
  document.body.className = '';
  app.replaceChildren();
  app.hidden = true;
  cover.hidden = true;
}

/**
 * Say beside the button what is missing, and put the focus there.
 * @param {HTMLElement} main
 * @param {string|null} sentence
 * @param {HTMLElement|null} [where]
 */
export function complain(main, sentence, where = null) {
  let line = /** @type {HTMLElement|null} */ (main.querySelector('[data-t=wrong]'));
  if (!line) {
    line = document.createElement('p');
    line.dataset.t = 'wrong';
    line.setAttribute('role', 'alert');
    const dock = main.querySelector('.dock');
    if (dock) dock.prepend(line); // In sight wherever on a long page she is.
    else main.lastElementChild?.before(line);
  }
  line.className = 'must pad';
  line.id = 'wrong';
  line.hidden = !sentence;
  line.textContent = sentence;
  main.querySelector('.bad')?.classList.remove('bad');
  main.querySelector('[aria-describedby]')?.removeAttribute('aria-describedby');
  if (!where) return;
  where.classList.add('bad');
  const control = /** @type {HTMLElement} */ (where.querySelector('input,button,select') ?? where);
  control.setAttribute('aria-describedby', 'wrong');
  control.focus();
}

/** The value of a named control on the screen, trimmed; radio buttons answer the one chosen. @param {string} name */
export function typed(name) {
  return String(new FormData(app).get(name) ?? '').trim();
}

/**
 * Put a value into a named control.
 * @param {string} name
 * @param {string|undefined} value
 */
export function put(name, value) {
  const control = /** @type {any} */ (app.elements.namedItem(name));
  if (control && value !== undefined) control.value = value;
}
