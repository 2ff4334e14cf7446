"""Partners, services and papers against WCAG 2.2 AA; papers on A4; a link that leaks nothing."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import PartnerLink, Person
from app.services import partner_answers, service_referrals, sign_in
from tests.browser.desk_hands import Keyboard
from tests.browser.test_desk_axe import PASSWORD, SIDEWAYS, wrong
from tests.desk import as_staff, in_care, reported, staff
from tests.make import person
from tests.onward import asked, partner, sent, taken_back

LOOKS = (("light", 1280), ("dark", 360))
PICTURES = (("dark", 1280), ("light", 768), ("dark", 768), ("light", 360))
PAPERS = ("letter", "summary", "receipt")
WAY_IN = ("ramp", "accessible_toilet")


class Given:
    """A small office with partners, services in every state, and one withdrawal."""

    def __init__(self) -> None:
        now = utc_now()
        with transaction():
            member = staff(Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)
            self.seed = sign_in.new_account(member, "salak", PASSWORD)
            self.me = as_staff(db.session.get_one(Person, member.id))
            melati = person(Role.CADRE, now=now)
            told = {"violence": ["sexual"], "last_happened": "last_24h", "danger_signs": ["weapon"]}
            self.case = in_care(melati, member, access_needs=["wheelchair"], **told)
            self._partners(now)
            self.waits = asked(self.case, self.me, self.hospital, words="Kursi roda.", now=now)
            service_referrals.submit(self.waits, self.me, now=now)
            late = now - timedelta(days=9)
            sent(self.case, self.me, self.legal, "legal", "legal_aid", now=late)
            self.out = sent(self.case, self.me, self.hospital, "medical", "rape_72h", now=now)
            refused = sent(self.case, self.me, self.hospital, now=now)
            service_referrals.answered(refused, "partner_refused", self.me, refusal="full", now=now)
            secret = partner_answers.make(self.out, self.me, now=now)
            partner_answers.answer(secret, "accepted", now=now)
            self.report = reported(melati).id
            self.other = in_care(melati, member, danger_signs=["weapon"])
            self.back = sent(self.other, self.me, self.hospital, now=now)
            taken_back(self.other, "record", now=now)

    def _partners(self, now) -> None:
        today = now.date()
        clinic = partner(self.me, "Puskesmas Contoh", kind="clinic", fee="free", now=now)
        soon = {"mou": "in_force", "mou_from": today, "mou_until": today + timedelta(days=20)}
        more = {"mou_number": "440/17/2025", "mou_scope": "Visum, konseling, rawat inap."}
        reached = {"contact": "Bu Sekar", "number": "0281 000111", "hours": "24 jam"}
        self.hospital = partner(
            self.me,
            "RSUD Contoh",
            now=now,
            accessibility=WAY_IN,
            fallback=clinic.id,
            fee="insurance",
            address="Jl. Raya 1",
            **soon,
            **more,
            **reached,
        )
        self.legal = partner(self.me, "LBH Contoh", kind="legal_aid", now=now)
        partner(self.me, "Rumah Aman Contoh", kind="shelter", elsewhere=True, now=now)

    @property
    def pages(self) -> dict[str, str]:
        return {
            "partners": "/desk/partners",
            "no partner": "/desk/partners?kind=lpsk",
            "partner": f"/desk/partners/{self.hospital.id}",
            "partner edit": f"/desk/partners/{self.hospital.id}/edit",
            "scorecard": "/desk/partners/scorecard",
            "services": "/desk/services?tab=all",
            "service waits": f"/desk/services/{self.waits.id}",
            "service answered": f"/desk/services/{self.out.id}",
            "service recalled": f"/desk/services/{self.back.id}",
            "case onward": f"/desk/cases/{self.case}",
            "case recall": f"/desk/cases/{self.other}",
            "recalls": "/desk/recalls",
            "queue notices": "/desk/queue",
        }


@pytest.fixture
def given(served) -> Given:
    return Given()


@pytest.fixture
def page(chromium: Browser, served, given):
    wide = {"viewport": {"width": 1280, "height": 817}, "reduced_motion": "reduce"}
    context = chromium.new_context(locale="id-ID", **wide)
    page = context.new_page()
    Keyboard(page, served).sign_in("salak", PASSWORD, given.seed)
    yield page
    context.close()


class Lens:
    """Looks at a page as it stands, in both themes, wide and narrow."""

    def __init__(self, page: Page, folder: str | None) -> None:
        self.page, self.found = page, []
        self.folder = Path(folder) if folder else None

    def at(self, name: str) -> None:
        for scheme, width in (*LOOKS, *(PICTURES if self.folder else ())):
            self.page.set_viewport_size({"width": width, "height": 817})
            self.page.emulate_media(color_scheme=scheme)
            self.found += wrong(f"{name}, {scheme}, {width}", self.page)
            if over := self.page.evaluate(SIDEWAYS):
                self.found.append(f"{name}, {width}: scrolls sideways by {over}")
            if self.folder:
                self.folder.mkdir(parents=True, exist_ok=True)
                place = self.folder / f"{name.replace(' ', '-')}-{width}-{scheme}.png"
                self.page.screenshot(path=place, full_page=True, animations="disabled")
        self.page.set_viewport_size({"width": 1280, "height": 817})
        self.page.emulate_media(color_scheme="light")


@pytest.fixture
def lens(page, request) -> Lens:
    return Lens(page, request.config.getoption("--looks", default=None))


def test_no_page_about_partners_breaks_a_rule_or_scrolls_sideways(page, lens, served, given):
    for name, address in given.pages.items():
        page.goto(served + address)
        lens.at(name)
    page.goto(f"{served}/desk/cases/{given.case}/services/new")
    page.select_option("[name=asked]", "medical.first_aid")
    page.click("button[value=offer]")
    lens.at("service new")

    assert not lens.found, "\n".join(lens.found)


def test_every_paper_is_one_page_of_a4_without_the_red_line(page, lens, served, given):
    wanted = [(f"/desk/services/{given.out.id}", kind) for kind in PAPERS]
    wanted += [(f"/desk/services/{given.back.id}", "recall")]
    wanted += [(f"/desk/cases/{given.case}", kind) for kind in ("consent", "own", "simfoni")]
    wanted += [(f"/desk/referrals/{given.report}", "own")]
    for address, kind in wanted:
        page.goto(served + address)
        for summary in page.locator("details:has([name=kind]) > summary").all():
            summary.click()
        if "/referrals/" in address:  # Of a report there is this paper only.
            page.click("#papers > summary")
            page.click("#papers button")
        else:
            page.check(f"[name=kind][value={kind}]")
            page.locator("form:has([name=kind]) button").click()
        page.wait_for_selector(".paper")
        lens.at(f"paper {kind}")
        page.emulate_media(media="print")
        assert not page.locator(".rail").is_visible()
        assert not any(one.is_visible() for one in page.locator(".must, .crumb").all())
        pdf = page.pdf(prefer_css_page_size=True)
        page.emulate_media(media="screen")
        assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, kind
        if lens.folder:
            (lens.folder / f"paper-{kind}.pdf").write_bytes(pdf)

    assert not lens.found, "\n".join(lens.found)


def test_a_partner_answers_without_an_account_and_leaves_no_trace(
    chromium: Browser, served, given, request
):
    with transaction():
        row = service_referrals.get(given.out.id, given.me, lock=True)
        db.session.query(PartnerLink).update({"settled": "ended"})
        secret = partner_answers.make(row, given.me, now=utc_now())
    context = chromium.new_context(viewport={"width": 360, "height": 640}, locale="id-ID")
    stranger, asked_for = context.new_page(), []
    stranger.on("request", lambda one: asked_for.append((one.url, one.headers.get("referer"))))
    lens = Lens(stranger, request.config.getoption("--looks", default=None))

    stranger.goto(f"{served}/p/")
    lens.at("p empty")
    stranger.goto(f"{served}/p/#{secret}")
    stranger.reload()
    stranger.goto(f"{served}/p/?x#{secret}")
    stranger.wait_for_selector("form:not([hidden]) button")
    assert secret not in stranger.url
    stranger.click("button")
    lens.at("p asked")
    stranger.check("[value=accepted]")
    stranger.click("button")
    lens.at("p thanks")
    context.close()

    assert not lens.found, "\n".join(lens.found)
    assert not any(secret in url or referer for url, referer in asked_for)
    link = db.session.query(PartnerLink).filter(PartnerLink.used_at.is_not(None)).all()
    assert [one.answer for one in link if one.settled is None] == ["accepted"]
