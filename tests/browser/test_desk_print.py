"""What the desk prints: no card is torn by the end of a page, and nothing is there to press."""

from __future__ import annotations

CARD = """(lines) => {
  const card = document.createElement('section');
  card.className = 'sheet';
  const list = card.appendChild(document.createElement('ul'));
  for (let line = 0; line < lines; line += 1) list.append(document.createElement('li'));
  document.getElementById('main').append(card);
  return getComputedStyle(card).breakInside;
}"""


def test_a_card_goes_overleaf_whole_unless_it_is_long(chromium, served):
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{served}/desk/enter")
        page.emulate_media(media="print")

        torn = {lines: page.evaluate(CARD, lines) for lines in (0, 15, 16)}

    assert torn == {0: "avoid", 15: "avoid", 16: "auto"}


PAGE = """() => {
  const parts = {
    pressed: '<button type="button">x</button>',
    led: '<a class="ghost" href="/desk/">x</a>',
    called: '<a class="ghost" href="tel:110">110</a>',
    form: '<form><input></form>',
    table: '<form><table><tr><td>x</td></tr></table><button type="button">x</button></form>',
    asking: '<section class="sheet"><h2>x</h2><form><input></form></section>',
    telling: '<section class="sheet"><h2>x</h2><p>x</p><form><input></form></section>',
    muted: '<p data-mute>x</p>',
    closed: '<details><summary>x</summary>x</details>',
  };
  const shown = {};
  for (const [name, part] of Object.entries(parts)) {
    const place = document.createElement('div');
    place.innerHTML = part;
    document.getElementById('main').append(place);
    shown[name] = place.firstElementChild.checkVisibility();
  }
  const sos = document.createElement('b');
  sos.className = 'sos';
  document.getElementById('main').append(sos);
  shown.white = getComputedStyle(sos).color === 'rgb(255, 255, 255)';
  shown.inside = document.querySelector('form table ~ button').checkVisibility();
  return shown;
}"""


INK = "() => getComputedStyle(document.documentElement).getPropertyValue('--high')"


def test_what_is_pressed_or_filled_in_is_not_printed_and_what_is_told_is(chromium, served):
    with chromium.new_context(bypass_csp=True) as context:
        page = context.new_page()
        page.goto(f"{served}/desk/enter")
        page.emulate_media(media="print", color_scheme="dark")

        shown = page.evaluate(PAGE)
        dark = page.evaluate(INK)
        page.emulate_media(media="print", color_scheme="light")
        light = page.evaluate(INK)

    assert dark == light
    assert {name for name, seen in shown.items() if seen} == {"called", "table", "telling"}
