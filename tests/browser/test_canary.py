"""Marked strings in every free field, a scripted week, a search: 0 hits (privacy.md section 5).

`make test` walks the phone's part; `make faults` (`SIAGA_WHOLE`) also a visit, the desk, an update.
"""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import load_der_private_key

from app import sealing
from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.models import Device, Person, Referral, Report, Visit, VisitRecord
from app.sealing import unb64
from app.sealing.envelope import scalar_of
from app.services import notices, people, phones, sign_in
from tests.browser import canary
from tests.browser.hands import QUIET, Desk, Phone, chromium
from tests.browser.pocket import eventually, finish_report, one, phone
from tests.browser.ringing import push_service, settings
from tests.make import DISTRICT, VILLAGE
from tests.phone import OverHttp
from tests.phone import Phone as PythonPhone

WHOLE = "SIAGA_WHOLE" in os.environ
# Whole, it needs a site that may ring our push service, and whose web process it can exchange.
pytestmark = [] if WHOLE else [pytest.mark.lasting_site]
PIN = "482915"
STAFF = ("salak", "sebuah kata sandi panjang")
TEXTS = ("survivor_alias", "who_may_answer", "code_word", "ask_for", "unsafe_signals", "note")
SHELF = """async () => {
  const kept = {};
  const shelf = await caches.open('siaga-kept');
  for (const request of await shelf.keys()) {
    const found = await shelf.match(request);
    const name = new URL(request.url).pathname.slice('/k/'.length);
    if (found) kept[name] = [...new Uint8Array(await found.arrayBuffer())];
  }
  return kept;
}"""
TICK = """(which) => {
  const box = document.querySelector(which);
  box.checked = true;
  box.dispatchEvent(new Event('change', {bubbles: true}));
}"""
SUBSCRIBE = """async (subscription) => (await fetch('/sync/v1/push-subscription', {
  method: 'PUT', headers: {'Content-Type': 'application/json', 'X-Siaga': '1'},
  body: JSON.stringify(subscription),
})).status"""


@dataclass
class Week:
    """One cadre's week, and what of it could be found by somebody else."""

    phone: Phone
    roots: list[Path]
    pin: str
    marks: canary.Marks = field(default_factory=canary.Marks)
    asked: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Write down every address and body that this browser asks for."""
        self.phone.context.on("request", self._heard)

    def _heard(self, request) -> None:
        self.asked.append(f"{request.url} {request.post_data or ''} {request.headers}")

    def fill(self, *names: str, numbers: tuple[str, ...] = ()) -> None:
        """Write a mark into each of these fields of the page that stands."""
        for name in (*names, *numbers):
            mark = self.marks.number() if name in numbers else self.marks.word()
            place = self.phone.page.locator(f"#app [data-q={name}] :is(input, textarea)")
            # Letter by letter, as a keyboard does, where there is time for it.
            (place.first.press_sequentially if WHOLE else place.first.fill)(mark)

    def proceed(self, act: str, screen: str) -> None:
        """Press on, also past a hint about what was typed."""
        self.phone.press(act)
        with contextlib.suppress(AssertionError):
            if self.phone.page.locator(f".page[data-screen={screen}]").count():
                return
        if self.phone.page.locator("#app [data-t=wrong]:visible").count():
            self.phone.press(act)
        self.phone.at(screen)

    def report(self, violence: str = "physical") -> None:
        """Write a report with something in every text, as far as the summary."""
        phone = self.phone
        phone.press("report")
        phone.at("start")
        phone.press("go")
        for code in ("no", "female", "25_44"):
            phone.press("pick", code)
        phone.tick("violence", violence)
        finish_report(phone)
        phone.press("more")
        phone.at("more")
        self.fill(*TEXTS, numbers=("number",))
        self.proceed("next", "sum")

    def shelf(self) -> dict[str, bytes]:
        """What can be opened and lies on the phone now, byte by byte."""
        kept = self.phone.page.evaluate(SHELF)
        return {name: bytes(raw) for name, raw in kept.items()}

    def search(self, *also: dict[bytes, str]) -> dict[str, list[str]]:
        """Search everything; nothing is to be found."""
        looked_for = canary.needles()
        for more in also:
            looked_for |= more
        heard = canary.found_in("\n".join(self.asked).encode(), looked_for)
        assert heard == []
        return canary.found(canary.files(*self.roots), looked_for)


@pytest.fixture
def cadre(site):
    """The cadre; her name and number are marked too."""
    with transaction():
        marks = canary.Marks()
        return people.add(DISTRICT, [Role.CADRE], marks.word(), village=VILLAGE, now=utc_now())


@pytest.fixture
def week(phone, cadre, site, settings, push_service) -> Week:
    """A phone that came in, chose its PIN, and is rung by our push service."""
    with transaction():
        link = phones.invite(cadre, now=utc_now()).link(site.url)
    made = Week(phone, [phone._profile, settings.data_dir], "")
    made.marks.word()  # the cadre's own
    made.listen()
    made.pin, _ = phone.enrol(link)
    with transaction() as session:
        device = session.scalars(db.select(Device)).one()
        phones.confirm(device, now=utc_now())
    if WHOLE:
        assert phone.page.evaluate(SUBSCRIBE, push_service.subscriber().as_json) == 204
    return made


def keys_of(shelf: dict[str, bytes], pin: str, url: str) -> tuple[bytes, object, bytes]:
    """What the right PIN gives somebody who has the profile and asks the server for the share."""
    kept, device = json.loads(shelf["pin"])["current"], json.loads(shelf["device"])
    kdf, salt = kept["kdf"], unb64(kept["salt"])
    out = hash_secret_raw(
        pin.encode(), salt, kdf["passes"], kdf["memory_kib"], 1, 64, Type.ID, version=0x13
    )
    asked = PythonPhone(OverHttp(url), verifier=out[32:], device_id=device["device_id"])
    share = unb64(asked.unlock().json["share"])
    info = f"siaga/kek/1|{device['device_id']}"
    private = load_der_private_key(opened(out[:32] + share, info, unb64(kept["wrap"])), None)
    return out[:32], private, share


def opened(secret: bytes, info: str, sealed: bytes) -> bytes:
    """Open what the phone wrapped under this secret."""
    key = HKDF(hashes.SHA256(), 32, b"", info.encode()).derive(secret)
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], None)


def test_the_search_finds_a_mark_in_every_spelling():
    mark = canary.Marks().word()
    number = canary.Marks().number()
    for text in (mark, number):
        for raw in (text.encode(), text.encode("utf-16-le")):
            for spelt in (raw, raw.hex().encode(), raw.hex().upper().encode()):
                assert canary.found_in(b"..." + spelt + b"...", canary.needles())
            for shift in range(3):
                coded = base64.b64encode(b"x" * shift + raw + b"yz")
                assert canary.found_in(coded, canary.needles())
                assert canary.found_in(
                    base64.urlsafe_b64encode(b"x" * shift + raw), canary.needles()
                )


def test_after_a_week_nothing_she_wrote_is_found_and_nothing_gone_can_be_opened(
    week: Week, phone: Phone, site, push_service, playwright, tmp_path, request
):
    # given a week: reports sent, thrown away and unfinished, a new PIN, locks, a kill, eight days
    gone = write(week, site)
    assert week.search() == {}
    gone |= let_time_pass(week)
    shelf, acts = week.shelf(), phone.acts()
    live = drafts_of(shelf)
    phone.context.close()

    # when a thief copies the profile, and later learns the PIN and is given the share
    copy = tmp_path / "copy"
    shutil.copytree(phone._profile, copy, ignore_dangling_symlinks=True, symlinks=True)
    kp, private, share = keys_of(shelf, PIN, site.url)
    scalar = scalar_of(private)
    bare = canary.spellings(kp, "Kp") | canary.spellings(share, "share")
    bare |= canary.spellings(scalar, "device key")

    # then no word and no key lies anywhere, and of what is gone not even the ciphertext
    assert week.search(bare) == {}
    assert len(live) == 1
    for path, raw in live.items():
        draft = json.loads(opened(kp, f"siaga/draft/1|{path.split('/')[-1]}", raw))
        assert draft["body"]["note"] in week.marks.made
        assert canary.found(canary.files(copy), canary.slices(raw, path)), "the search is blind"
    pieces = [canary.slices(raw, path) for path, raw in gone.items()]
    assert (
        canary.found(canary.files(copy), {k: v for piece in pieces for k, v in piece.items()}) == {}
    )
    opens_no_act(private, acts)
    shows_what_is_left(playwright, copy, site, request)

    # and when she takes in a new version and removes the book, nothing is left at all
    phone.switch_on()
    week.listen()
    remove(week, site)
    assert week.search(bare, canary.slices(next(iter(live.values())), "the last draft")) == {}
    pushed = [f"{sent.headers}".encode() + sent.body for sent in push_service.sent]
    assert canary.found_in(b"".join(pushed), canary.needles()) == []
    print(f"{len(week.marks.made)} marks, {len(canary.files(*week.roots))} files, 0 hits")


def write(week: Week, site) -> dict[str, bytes]:
    """One report goes, one is thrown away, one stays unfinished; she says how she is reached.

    Return what could be opened and was thrown away.
    """
    phone = week.phone
    week.report()
    phone.press("send")
    phone.at("end")
    phone.press("done")
    report = eventually(lambda: one(Report))
    week.report()
    phone.page.locator("#saved:not(:empty)").wait_for()
    gone = drafts_of(week.shelf())
    assert gone
    phone.press("drop")
    phone.press("drop")
    phone.at("today")
    week.report("sexual")
    phone.press("exit")
    phone.unlock(week.pin)
    phone.press("settings")
    phone.press("contact")
    phone.at("contact")
    week.fill("who_may_answer", "opening", "word", numbers=("number", "second_number"))
    week.proceed("keep", "asked")
    phone.press("done")
    phone.press("back")
    phone.at("today")
    return gone | (walk_a_visit(week, report, site) if WHOLE else {})


def let_time_pass(week: Week) -> dict[str, bytes]:
    """A day without signal is prepared, the PIN changed; killed, locked, eight days later.

    Return what could be opened and is so no more: both leases, and the draft under the former PIN.
    """
    phone = week.phone
    phone.press("settings")
    phone.press("offline")
    phone.at("offline")
    phone.press("go")
    phone.page.locator("#result:visible").wait_for()
    before = week.shelf()
    phone.press("back")
    phone.press("pin")
    for digits in (week.pin, PIN, PIN):
        phone.digits(digits)
    phone.at("asked")
    ended = week.shelf()["lease"]  # It is worth the PIN that the thief will learn.
    phone.kill()
    phone.switch_on()
    week.listen()
    phone.set_clock(timedelta(days=8))
    phone.unlock(PIN)
    phone.put_down(True)
    phone.page.clock.fast_forward("00:20")
    phone.put_down(False)
    phone.digits(PIN)
    phone.at("today")
    phone.settle(lambda: "lease" not in phone.kept())
    return drafts_of(before) | {"former lease": before["lease"], "ended lease": ended}


def opens_no_act(private, acts: list[dict]) -> None:
    """With the phone's own key none of the acts opens that it sealed."""
    sealed = [act for act in acts if act["sealed"]]
    assert sealed
    for act in sealed:
        info = sealing.envelope_info(act["kid"], act["id"], act["schema"])
        with pytest.raises(sealing.Unreadable):
            sealing.open_sealed(private, info, bytes(act["sealed"]))


def shows_what_is_left(playwright, copy: Path, site, request) -> None:
    """In a browser the copy opens, and shows one draft and no visit."""
    phone = Phone(playwright, copy, site.url)
    request.addfinalizer(phone.context.close)
    phone.open()
    phone.unlock(PIN)
    assert phone.at("today").locator("[data-t=sign]").count() == 1
    assert phone.page.locator("#app [data-do=draft]").count() == 1
    phone.press("visits")
    assert phone.at("visits").locator("[data-do=open]").count() == 0
    phone.context.close()


def remove(week: Week, site) -> None:
    """*Hapus dari HP ini*, after a new version came in."""
    phone = week.phone
    if WHOLE:
        update(phone, site)
    phone.open()
    phone.unlock(PIN)
    phone.press("settings")
    phone.press("remove")
    phone.press("go")
    phone.page.locator("#cover:not([hidden])").wait_for()
    phone.context.close()


def drafts_of(shelf: dict[str, bytes]) -> dict[str, bytes]:
    """The drafts on a shelf."""
    return {name: raw for name, raw in shelf.items() if name.startswith("draft/")}


@contextlib.contextmanager
def at_the_desk(week: Week, site) -> Iterator[Desk]:
    """A coordinator's browser, whose addresses are written down as well."""
    name, password = STAFF
    with transaction():
        roles = [Role.COORDINATOR, Role.CASEWORKER]
        person = people.add(DISTRICT, roles, week.marks.word(), now=utc_now())
        people.set_number(person, week.marks.number(), now=utc_now())
        seed = sign_in.new_account(person, name, password)
    browser = week.phone._playwright.chromium.launch(executable_path=chromium(), args=QUIET)
    context = browser.new_context(locale="id-ID", timezone_id="Asia/Jakarta")
    context.on("request", lambda request: week.asked.append(request.url))
    desk = Desk(context, site.url, name, password, seed)
    try:
        desk.sign_in()
        yield desk
    finally:
        browser.close()


def walk_a_visit(week: Week, report: Report, site) -> dict[str, bytes]:
    """The desk reads, asks, hands a visit; she goes. Return what lay on the phone and went."""
    with at_the_desk(week, site) as desk:
        type_in_a_report(week, desk)
        desk.go("queue")
        referral = referral_of(report)
        desk.go(f"referrals/{referral.id}")
        desk.press("form[action$='/open'] button")
        page = desk.page
        page.locator("[name=screening]").first.check()
        page.locator("[name=risk][value=low]").check()
        page.locator("[name=authority]").first.check()
        page.locator("[name=risk_why]").fill(week.marks.word())
        desk.press("#accept")
        eventually(lambda: referral_of(report).state == "accepted")
        desk.go("cases")
        desk.press("main a[href*='/cases/']")
        desk.press("a[href$='/hand']")
        for name in ("cadre", "purpose"):
            page.locator(f"[name={name}]").first.check()
        page.locator("[name=meeting_place][value=survivor_home]").check()
        page.locator("[name=look_for]").fill(week.marks.word())
        page.locator("[name=opens_at]").fill(
            utc_now().astimezone(JAKARTA).strftime("%Y-%m-%dT%H:%M")
        )
        page.locator("[name=agreed_on]").fill(utc_now().astimezone(JAKARTA).strftime("%Y-%m-%d"))
        desk.press("[data-key=a]")
    eventually(lambda: one(Visit))
    with transaction() as session:
        cadre = session.get_one(Visit, one(Visit).id).cadre_id
        notices.message(session.get_one(Person, cadre), week.marks.word(), now=utc_now())
    return go_and_record(week)


JAKARTA = ZoneInfo("Asia/Jakarta")


def referral_of(report: Report) -> Referral | None:
    return db.session.scalar(db.select(Referral).where(Referral.report_id == report.id))


def type_in_a_report(week: Week, desk: Desk) -> None:
    """A report by telephone, that turns out not to be the UPTD's."""
    desk.go("intake")
    page = desk.page
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => (one.open = true))")
    answers = {"danger_now": "no", "survivor_sex": "female", "survivor_age": "25_44"}
    answers |= {"violence": "physical", "last_happened": "older", "danger_signs": "none_seen"}
    answers |= {"reported_person_near": "no", "source": "survivor", "consent": "yes"}
    answers |= {"contact_via": "through_me", "conflict": "none"}
    for name, code in answers.items():
        page.evaluate(TICK, f'[name="{name}"][value="{code}"]')
    page.locator("[name=village]").select_option(VILLAGE)
    for name in TEXTS:
        page.locator(f"[name={name}], [name=safe_contact-{name}]").first.fill(week.marks.word())
    page.locator("[name=safe_contact-number]").fill(week.marks.number())
    desk.press("form .dock .btn")
    page.evaluate("() => document.querySelectorAll('details').forEach((one) => (one.open = true))")
    page.locator("[name=told]").fill(week.marks.word())
    page.locator("[name=sent_to]").fill(week.marks.word())
    desk.press("form[action$='/not-ours'] button")


def go_and_record(week: Week) -> dict[str, bytes]:
    """Accept, prepare, leave, come back and write it down; then the office takes it off."""
    phone = week.phone
    phone.press("exit")
    phone.open()
    phone.unlock(week.pin)
    phone.settle(lambda: any("visit_details" in name for name in phone.kept()))
    phone.press("visits")
    phone.at("visits")
    phone.press("open")
    phone.at("accept")
    phone.choose("conflict", "none")
    phone.press("accept")
    phone.at("visits")
    phone.press("open")
    phone.at("prepare")
    phone.choose("still_agreed", "yes")
    phone.press("ready")
    phone.at("visits")
    phone.press("open")
    phone.at("gate")
    for question in ("still_agreed", "cover_ready", "signal_there", "companion", "exit_known"):
        phone.choose(question, "yes")
    for question in ("daylight", "reported_person_away"):
        phone.choose(question, "yes")
    week.fill("companion_contact")
    phone.press("leave")
    phone.at("running")
    phone.press("done")
    phone.at("ended")
    phone.press("record")
    phone.at("record")
    phone.choose("outcome", "met")
    phone.choose("alone_with_survivor", "yes")
    week.fill("survivor_wish")
    items = {name: raw for name, raw in week.shelf().items() if name.startswith("item/visit")}
    assert len(items) == 2
    phone.press("next")
    eventually(lambda: one(VisitRecord))
    phone.at("asked")
    phone.press("done")
    phone.open()
    phone.settle(lambda: not any(name.startswith("item/visit") for name in phone.kept()))
    phone.unlock(week.pin)
    return items


def update(phone: Phone, site) -> None:
    """A new version of the pages is served; it comes in at a start."""
    phone.open()
    shells = "async () => (await caches.keys()).filter((name) => name.startsWith('siaga-shell-'))"
    before = phone.page.evaluate(shells)
    site.kill("web")
    site.start("web", SIAGA_COVER="warga")
    phone.put_away()
    phone.open()
    waiting = "async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting)"
    phone.settle(lambda: phone.page.evaluate(waiting))
    phone.put_away()
    phone.open()
    phone.settle(lambda: before != phone.page.evaluate(shells))
