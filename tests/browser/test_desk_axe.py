"""Every page of the desk against the rules of WCAG 2.2 AA, light and dark, wide and narrow."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.roster import Turn
from app.domain.statistics import Tier
from app.domain.transfer import Ground
from app.models import CallRequest, Person, Post, Quarantined
from app.sealing import b64, new_private, public_of
from app.services import (
    absences,
    counting,
    deadlines,
    limits,
    posts,
    related,
    roster_plans,
    rosters,
    sign_in,
    statistics,
    transfers,
)
from tests.browser.desk_hands import Keyboard
from tests.desk import as_staff, in_care, phone_of, reported, screened, staff
from tests.make import DISTRICT, fresh, person, visit

PASSWORD = "sebuah kata sandi panjang"
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
CARE = (
    "intake",
    "consent",
    "assessment",
    "plan",
    "work",
    "monitoring",
    "evaluation",
    "closing",
    "follow-up",
    "safe-way",
)
LOOKS = (("id", "light", 1280),)
# What `make looks` sees.
MORE_LOOKS = tuple(
    (language, scheme, width)
    for language in ("id", "en")
    for scheme in ("light", "dark")
    for width in (1280, 768, 360)
)


def _sent_on(me, referral):
    """A sealed copy that is on its way to an office elsewhere."""
    line = f"intake.32.01.1 {b64(public_of(new_private()))}"
    ground = Ground("consent", "written", "pindah ke sana")
    return transfers.send_file(referral, line, "UPTD Bogor", ground, me, now=utc_now())


def _counted(member: Person) -> None:
    """A year given out, and this month counted."""
    now = utc_now()
    counting.mark(DISTRICT, now=now)
    while (row := counting.next_stale()) is not None:
        counting.count(row, now=now)
        db.session.flush()
    statistics.give_out(as_staff(member), Tier.OFFICE, "2025-01", "2025-12", now=now)


def _posts(member: Person) -> Post:
    """A post with a holder and one acting, a vacant one, and somebody away."""
    now, me = utc_now(), as_staff(member)
    today = now.date()
    post = posts.add("caseworker", "Pendamping Korban", today, me, now=now)
    posts.hold(post, posts.Holding(today, person=member), me, now=now)
    acting = posts.Holding(today, today + timedelta(days=9), acting=True, name="Bu Srikaya")
    posts.hold(post, acting, me, now=now)
    posts.add("legal", "Pendamping Hukum", today, me, now=now)
    absences.note(member, today, today + timedelta(days=3), me, today=today, now=now)
    limits.change("work.contact", 20, "Perbup 12/2026", me, now=now)
    return post


def _on_call(member: Person) -> Person:
    """A week of which one turn is planned whole and one by half; return who is second."""
    on, part = rosters.hours_of(DISTRICT).at(utc_now())
    other = staff(Role.CASEWORKER, label="Petugas Ani")
    later = (on + timedelta(days=1), part)
    wanted = {(on, part): Turn(member.id, other.id), later: Turn(other.id)}
    roster_plans.plan(wanted, as_staff(member), now=utc_now())
    return other


@pytest.fixture
def pages(served) -> tuple[str, dict[str, str]]:
    """A desk in the middle of its work; the seed to come in, and the address of every page."""
    with transaction() as session:
        roles = (Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)
        member = staff(*roles)
        seed = sign_in.new_account(member, "salak", PASSWORD)
        melati = person(Role.CADRE, now=utc_now())
        device = phone_of(melati)
        device.cloned_at = utc_now()
        phone_of(melati, "pending")
        one = reported(melati, danger_now="yes", violence=["sexual"])
        clock = deadlines.of_referral(one)[0]
        sent = _sent_on(as_staff(member), screened(reported(melati), member))
        twin = reported(melati, danger_signs=["weapon"])
        reported(melati)
        case = in_care(melati, db.session.get_one(Person, member.id))
        errand = visit(one.report_id, melati.id, member.id, utc_now(), case_id=case)
        call = CallRequest(
            id=fresh(),
            district=DISTRICT,
            person_id=melati.id,
            why="asked",
            asked_at=utc_now(),
            due_at=utc_now(),
        )
        kept = Quarantined(
            id=fresh(),
            server_seq=7,
            envelope_id=fresh(),
            district=DISTRICT,
            device_id=device.id,
            reason="invalid",
            risk="high",
            at=utc_now(),
        )
        session.add_all([errand, call, kept])
        session.flush()
        ani = _on_call(member)
        related.keep_out(one, ani, as_staff(member), now=utc_now())
        _counted(member)
        post = _posts(member)
    return seed, {
        "queue": "/desk/queue",
        "empty queue": "/desk/queue?code=00000",
        "referral": f"/desk/referrals/{one.id}",
        "compare": f"/desk/referrals/{one.id}/same/{twin.id}",
        "kept out": f"/desk/referrals/{one.id}/kept-out",
        "intake": "/desk/intake",
        "replies": "/desk/replies",
        "workload": "/desk/workload",
        "assign": f"/desk/cases/{case}/assign",
        "my work": "/desk/workload/mine",
        "standard times": "/desk/workload/standards",
        "standard time": "/desk/workload/standards/work.contact",
        "posts": "/desk/workload/posts",
        "post": f"/desk/workload/posts/{post.id}",
        "ABK annex": "/desk/workload/annex",
        "statistics": "/desk/statistics",
        "statistics given out": "/desk/statistics/office/2025",
        "village sheet": "/desk/statistics/villages",
        "transfers": "/desk/transfers",
        "transfer": f"/desk/transfers/{sent.id}",
        "send on": f"/desk/referrals/{one.id}/transfer",
        "clocks": "/desk/clocks",
        "clocks that ended late": "/desk/clocks?tab=over",
        "clock": f"/desk/clocks/{clock.id}",
        "clocks of a referral": f"/desk/referrals/{one.id}/clocks",
        "on call": "/desk/roster",
        "roster of a month": f"/desk/roster/month/{utc_now():%Y-%m}",
        "on-call card": f"/desk/duty/{one.id}",
        "cases": "/desk/cases",
        "closed cases": "/desk/cases?tab=closed",
        "case": f"/desk/cases/{case}",
        **{page: f"/desk/cases/{case}/{page}" for page in CARE},
        "handover": f"/desk/people/{member.id}/handover",
        "hand": f"/desk/cases/{case}/hand",
        "visits": "/desk/visits",
        "visit": f"/desk/visits/{errand.id}",
        "people": "/desk/people",
        "person": f"/desk/people/{melati.id}",
        "book": "/desk/book",
        "checklists": "/desk/book/checklists",
        "pocket card": "/desk/card?village=33.02.17.2001",
        "ready": "/desk/ready",
        "ready in a subdistrict": "/desk/ready/33.02.17",
        "leaving": f"/desk/people/{melati.id}/leaving",
        "lost phone": f"/desk/phones/{device.id}/lost",
        "new person": "/desk/people/new",
        "quarantine": "/desk/quarantine",
        "quarantined": f"/desk/quarantine/{kept.id}",
        "trail": "/desk/trail",
        "settings": "/desk/settings",
        "alerts": "/desk/alerts",
        "rules": "/desk/rules",
        "rule": "/desk/rules/transfer.answer",
        "new passkey": "/desk/passkeys/new",
        "step-up": "/desk/step-up",
        "missing": "/desk/nowhere",
    }


def test_every_page_looks_right_and_breaks_no_rule(chromium: Browser, served, pages, request):
    seed, addresses = pages
    pictures = request.config.getoption("--looks", default=None)
    context = chromium.new_context(viewport={"width": 1280, "height": 817}, locale="id-ID")
    page = context.new_page()
    found = []
    page.goto(f"{served}/desk/enter")
    found += wrong("door", page)
    page.goto(f"{served}/desk/duty?closed=1")
    found += wrong("lock of the card", page)
    Keyboard(page, served).sign_in("salak", PASSWORD, seed)

    for language, scheme, width in MORE_LOOKS if pictures else LOOKS:
        context.add_cookies([{"name": "language", "value": language, "url": f"{served}/desk"}])
        page.set_viewport_size({"width": width, "height": 817})
        page.emulate_media(color_scheme=scheme)
        for name, address in addresses.items():
            page.goto(served + address)
            found += wrong(f"{name}, {language}, {scheme}, {width}", page)
            for narrow in (width,) if pictures else (360, width):
                page.set_viewport_size({"width": narrow, "height": 817})
                if page.evaluate(SIDEWAYS):
                    found.append(f"{name}, {narrow}: scrolls sideways")
            if pictures:
                kept = f"{pictures}/desk-{name.replace(' ', '-')}-{language}-{scheme}-{width}.png"
                page.screenshot(path=kept, full_page=True, animations="disabled")
    context.close()

    assert not found, "\n".join(found)


def test_text_at_twice_its_size_does_not_scroll_sideways(chromium: Browser, served, pages):
    seed, addresses = pages
    context = chromium.new_context(viewport={"width": 320, "height": 640}, locale="id-ID")
    page = context.new_page()
    Keyboard(page, served).sign_in("salak", PASSWORD, seed)

    wide = []
    for name, address in addresses.items():
        page.goto(served + address)
        page.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
        if over := page.evaluate(SIDEWAYS):
            wide.append(f"{name}: {over} px")
    context.close()

    assert not wide, "\n".join(wide)


SIDEWAYS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def wrong(name: str, page) -> list[str]:
    """Return every rule that a page breaks, with the first place where it does."""
    result = Axe().run(page, options=RULES)
    return [
        f"{name}: {one['id']} {one['nodes'][0]['html'][:160]}"
        for one in result.response["violations"]
    ]


HINT = """() => {
  const hint = document.createElement('p'), notices = document.createElement('ul');
  hint.dataset.mute = '';
  notices.className = 'notices';
  document.getElementById('main').append(hint, notices);
  return notices.getBoundingClientRect().top - hint.getBoundingClientRect().bottom;
}"""


def test_the_hint_about_the_sound_keeps_clear_of_the_notices(chromium: Browser, served):
    with chromium.new_context() as context:
        page = context.new_page()
        page.goto(f"{served}/desk/enter")

        apart = page.evaluate(HINT)

    assert apart >= 8


WIDE = """() => {
  const region = document.createElement('div'), wide = document.createElement('div');
  const heard = document.createElement('span');
  region.className = 'scroll';
  heard.className = 'sr';
  heard.textContent = 'Sebagian';
  wide.style.cssText = 'width: 60rem; text-align: right';
  wide.append(heard);
  region.append(wide);
  document.getElementById('main').append(region);
}"""


def test_what_is_only_heard_stays_in_what_scrolls(chromium: Browser, served):
    with chromium.new_context(viewport={"width": 360, "height": 640}) as context:
        page = context.new_page()
        page.goto(f"{served}/desk/enter")
        page.evaluate(WIDE)

        assert page.evaluate(SIDEWAYS) == 0
