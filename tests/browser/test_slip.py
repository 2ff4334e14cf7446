"""The code on an invite slip, as a phone's camera sees it."""

from __future__ import annotations

import base64

from app.db import transaction, utc_now
from app.domain.permissions import Role
from app.services import sign_in
from tests.browser.desk_hands import Keyboard
from tests.browser.test_desk_axe import PASSWORD
from tests.desk import staff
from tests.make import person

# Nine places in every module of the drawing: which modules are neither dark nor light all over?
MIXED = """async ([picture, inset, modules]) => {
  const shot = new Image();
  shot.src = `data:image/png;base64,${picture}`;
  await shot.decode();
  const sheet = new OffscreenCanvas(shot.width, shot.height).getContext('2d');
  sheet.drawImage(shot, 0, 0);
  const [from, step] = [inset * shot.width, (shot.width * (1 - 2 * inset)) / modules];
  const dark = (x, y) => sheet.getImageData(from + x * step, from + y * step, 1, 1).data[0] < 128;
  const places = [0.3, 0.5, 0.7], mixed = [], found = new Set();
  for (let y = 0; y < modules; y += 1) for (let x = 0; x < modules; x += 1) {
    const seen = new Set(places.flatMap((a) => places.map((b) => dark(x + a, y + b))));
    if (seen.size > 1) mixed.push([x, y]);
    else found.add([...seen][0]);
  }
  return [mixed.length, found.size];
}"""


def test_every_module_of_the_code_is_dark_or_light(chromium, served):
    with transaction():
        member = staff(Role.COORDINATOR)
        seed = sign_in.new_account(member, "salak", PASSWORD)
        melati = person(Role.CADRE, now=utc_now()).id
    with chromium.new_context(locale="id-ID", device_scale_factor=4) as context:
        page = context.new_page()
        Keyboard(page, served).sign_in("salak", PASSWORD, seed)
        page.goto(f"{served}/desk/people/{melati}")
        page.locator('form[action$="/invite"] button').first.click()
        code = page.locator("svg.qr")
        modules = int(code.get_attribute("viewBox").split()[2])
        inset = code.evaluate(
            "(one) => parseFloat(getComputedStyle(one).padding) / one.clientWidth"
        )
        picture = base64.b64encode(code.screenshot()).decode()

        page.goto("about:blank")
        mixed, kinds = page.evaluate(MIXED, [picture, inset, modules])

    assert (mixed, kinds) == (0, 2)
