"""What the desk prints: no card is torn by the end of a page."""

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
