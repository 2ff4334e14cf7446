"""Which questions a cadre is asked, what her answers lead to, and how a report ends."""

from __future__ import annotations

from playwright.sync_api import expect

from app.db import db, transaction
from app.models import Drill, ReportAddition
from app.services.rows import texts_of
from tests.browser import given, walk

RINGS = """() => document.querySelector('.page a[href="tel:110"]')
    .dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }))"""
MUTE = "[data-w=drill_mute]"
CALM = [*walk.REPORT[:5], ("danger_signs", ["none_seen"]), *walk.REPORT[6:8]]
GRAVE = [*walk.REPORT[:5], ("danger_signs", ["weapon"]), *walk.REPORT[6:8]]


def test_her_answers_decide_which_questions_come(phone, invite):
    walk.enrol(phone, invite())

    # A child of 13 to 17 is asked what she wants, and nobody's consent.
    child = [("survivor_age", "13_17") if q == "survivor_age" else (q, a) for q, a in CALM]
    walk.write(phone, child)
    walk.answer(phone, "child_wish", "tell_uptd")
    walk.answer(phone, "contact_via", "through_me")
    walk.answer(phone, "conflict", "none")
    walk.at(phone, "sum")
    _home(phone)

    # Whom the cadre has not met is reached through the cadre: nobody asks how.
    walk.write(phone, [*CALM, ("consent", "not_met"), ("conflict", "none")])
    walk.at(phone, "sum")
    _home(phone)

    # An adult's no is an answer; only a number is counted.
    walk.write(phone, [*CALM, ("consent", "no")])
    walk.at(phone, "tally")
    walk.press(phone, "send")
    walk.at(phone, "end")
    assert not phone.locator(".steps").count()
    walk.press(phone, "done")

    # Her life in danger outweighs it: the cadre is told so, and nothing that names her is offered.
    walk.write(phone, [*GRAVE, ("consent", "no"), ("conflict", "none")])
    walk.at(phone, "sum")
    assert phone.locator(".must").first.inner_text()
    walk.press(phone, "more")
    walk.at(phone, "more")
    for name in ("survivor_alias", "note", "must_not_know", "number"):
        assert not phone.locator(f"[data-q={name}]").count()


def test_a_report_can_be_corrected_before_it_is_sent(phone, invite):
    walk.enrol(phone, invite())
    walk.write(phone)
    walk.at(phone, "sum")

    phone.locator('[data-do=change][value="survivor_sex"]').click()
    walk.at(phone, "ask")
    assert phone.locator('[aria-pressed=true][value="female"]').count() == 1
    walk.press(phone, "pick", "male")
    walk.at(phone, "sum")
    # In danger the telephone comes first, also when that is said last.
    phone.locator('[data-do=change][value="danger_now"]').click()
    walk.press(phone, "pick", "yes")
    walk.at(phone, "calls")
    walk.press(phone, "next")
    walk.at(phone, "sum")
    # Her no is told what becomes of it, and can still be taken back.
    phone.locator('[data-do=change][value="consent"]').click()
    walk.at(phone, "ask")
    walk.press(phone, "pick", "no")
    walk.at(phone, "tally")
    walk.back(phone, "ask")
    walk.press(phone, "pick", "cannot_decide")
    walk.at(phone, "sum")
    walk.press(phone, "more")
    walk.at(phone, "more")
    phone.locator("[data-q=note] textarea").fill("Namanya Bunga Contoh")
    walk.press(phone, "next")
    wrong = phone.locator("[role=alert]")
    expect(wrong).to_be_in_viewport()  # in the middle of a long page, too
    phone.locator("[data-q=note] textarea").fill("datang pagi saja")
    expect(wrong).to_be_hidden()
    walk.press(phone, "next")
    walk.at(phone, "sum")
    walk.press(phone, "send")
    walk.at(phone, "end")

    given.confirmed()
    report = given.opened()
    from app.services.rows import facts_of, texts_of

    assert facts_of(report)["survivor_sex"] == "male"
    assert facts_of(report)["consent"] == "cannot_decide"
    assert texts_of(report)["note"] == "datang pagi saja"


def test_in_danger_the_telephone_comes_first(phone, invite):
    walk.enrol(phone, invite())
    phone.evaluate(
        "() => addEventListener('click', (e) => e.target.closest('a') && e.preventDefault())"
    )
    walk.press(phone, "report")
    walk.at(phone, "start")
    walk.press(phone, "go")
    walk.answer(phone, "danger_now", "yes")
    walk.at(phone, "calls")

    phone.locator('[href="tel:110"]').click()
    walk.at(phone, "reached")
    walk.press(phone, "reached", "no_answer")
    walk.at(phone, "calls")
    assert phone.locator("a.call").first.get_attribute("href") == "tel:119"
    phone.locator('[href="tel:119"]').click()
    walk.at(phone, "reached")
    walk.press(phone, "reached", "reached")
    for field, value in walk.REPORT[1:5]:
        walk.answer(phone, field, value)
    walk.at(phone, "ask")
    phone.wait_for_selector("[data-q=danger_signs]")
    assert phone.locator('[data-q=danger_signs] [value="happening_now"]').is_checked()
    # What one tick took off stays off, though the phone was put down.
    for sign in ("none_seen", "weapon"):
        phone.locator(f'[data-q=danger_signs] [value="{sign}"]').check()
    walk.put_down(phone)
    assert [one.input_value() for one in phone.locator(".page :checked").all()] == ["weapon"]


def test_practice_wears_another_colour_and_answers(phone, invite):
    pin = walk.enrol(phone, invite())
    given.confirmed()
    reason = phone.locator("#cover [data-t=reason]")
    plain = reason.text_content()
    walk.press(phone, "exit")
    expect(reason).not_to_have_text(plain)  # nobody has practised here this month
    walk.unlock(phone, pin)

    walk.press(phone, "practice")
    walk.at(phone, "drill")
    walk.press(phone, "go")
    walk.at(phone, "start")
    assert phone.locator(".page.drill").count()
    walk.press(phone, "go")
    # Nobody is rung for a story, and all else is as in a report.
    walk.press(phone, "pick", "yes")
    walk.at(phone, "calls")
    assert phone.evaluate(RINGS) is False
    walk.at(phone, "reached")
    walk.press(phone, "reached", "reached")
    signs = ("danger_signs", ["death_threat", "getting_worse"])
    for field, value in [*walk.REPORT[1:5], signs, *walk.REPORT[6:]]:
        walk.answer(phone, field, value)
        assert phone.locator(".page.drill").count()
    walk.at(phone, "sum")
    phone.context.set_offline(True)
    walk.press(phone, "send")
    walk.at(phone, "drilled")
    expect(phone.locator(".page .end h1")).to_have_text("BELUM TERKIRIM")
    phone.context.set_offline(False)
    given.until(phone, lambda: db.session.query(Drill).count())

    phone.wait_for_selector(".page.drill .end.ok", timeout=walk.PATIENCE)
    mute = phone.locator("#words").evaluate(
        f"(all) => all.content.querySelector('{MUTE}').textContent"
    )
    assert mute in phone.locator(".page .end").inner_text()  # no alert was ever turned on here
    walk.press(phone, "exit")
    expect(reason).to_have_text(plain)


def test_after_a_week_she_is_asked_again_how_to_reach_her_safely(phone, invite):
    pin = walk.enrol(phone, invite())
    walk.write(phone)
    walk.press(phone, "send")
    walk.at(phone, "end")
    phone.add_init_script("const now = Date.now; Date.now = () => now() + 8 * 864e5;")
    phone.reload()
    walk.unlock(phone, pin)

    walk.press(phone, "note", "way")
    walk.at(phone, "news")
    phone.locator('[data-q=contact_via] [value="do_not_contact"]').check()
    walk.press(phone, "next")

    walk.at(phone, "today")
    assert phone.locator(".page [data-do=note][value=way]").count() == 0
    given.until(phone, lambda: db.session.query(ReportAddition).count())
    with transaction():
        said = texts_of(db.session.query(ReportAddition).one())
    assert said["contact_via"] == "do_not_contact"
    assert said["safe_contact"]["confirmed_at"]


def _home(phone) -> None:
    """Back from the summary to *Hari ini*, question by question."""
    for _ in range(14):
        if phone.locator(".page[data-screen=today]").count():
            return
        walk.press(phone, "back")
        phone.wait_for_timeout(60)
    walk.at(phone, "today")
