"""How many times she must touch the glass to report: 25 at most (domain.md section 3)."""

from __future__ import annotations

from tests.browser import given, walk

MOST = 25
COUNT = """() => {
  globalThis.taps = 0;
  addEventListener('click', ({ isTrusted }) => (globalThis.taps += Number(isTrusted)), true);
}"""
# One kind, one sign, an adult who said yes: the way with the most questions that must be answered.
SHORTEST = (
    ("danger_now", "no"),
    ("survivor_sex", "female"),
    ("survivor_age", "25_44"),
    ("violence", ["physical"]),
    ("last_happened", "days_2_3"),
    ("danger_signs", ["none_seen"]),
    ("reported_person_near", "yes"),
    ("source", "survivor"),
    ("consent", "yes"),
    ("contact_via", "through_me"),
    ("conflict", "none"),
)


def test_the_fourth_report_takes_25_taps_from_the_home_screen_with_the_pin(phone, invite):
    pin = walk.enrol(phone, invite())
    for _ in range(3):
        walk.press(phone, "report")
        walk.at(phone, "start")
        walk.press(phone, "go")
        walk.back(phone, "today")
    phone.reload()
    phone.evaluate(COUNT)

    walk.unlock(phone, pin)
    walk.write(phone, SHORTEST)
    walk.at(phone, "sum")
    walk.press(phone, "send")
    walk.at(phone, "end")

    taps = 1 + phone.evaluate("() => globalThis.taps")  # The icon on the home screen is one.
    print(f"{taps} taps")
    assert taps <= MOST
    assert taps > 6 + len(SHORTEST), "not every touch was counted"
    given.confirmed()
    report = given.opened()
    assert (report.incomplete, report.unlocked) == (False, True)
