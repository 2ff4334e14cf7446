"""The browser is killed at random instants: no sealed act is lost, and at most a second of typing.

`make test` kills twice, `make faults` (`SIAGA_WHOLE`) 300 times; `SIAGA_SEED` chooses others.
"""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

from __future__ import annotations

import os
import random
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Error

from app.db import db, transaction, utc_now
from app.models import Alert, Device, InboxEnvelope, Person, UnlockTry
from app.services import notices, phones
from tests.browser.hands import Phone
from tests.browser.pocket import begin_report, cadre, eventually, finish_report, invite, phone

pytestmark = pytest.mark.lasting_site
KILLS = int(os.environ.get("SIAGA_KILLS", "300" if "SIAGA_WHOLE" in os.environ else "2"))
SEED = int(os.environ.get("SIAGA_SEED", "7"))
PINS = ("482915", "915824")
TYPED = "#app [data-q=note] :is(input, textarea)"
LOST_AT_MOST = 1.0
ROOM = 240


@dataclass
class Life:
    """A phone that dies again and again, and what must outlive each death."""

    phone: Phone
    cadre: Person
    pin: str
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    sealed: set[str] = field(default_factory=set)
    """Every act that was ever in the ledger beyond its draft."""
    lost: list[float] = field(default_factory=list)
    """Seconds of typing that each death took."""
    died_at: float = 0.0

    def die_within(self, seconds: float) -> threading.Timer:
        """Die at a random instant of the coming seconds."""

        def end() -> None:
            self.died_at = self.phone.end()

        timer = threading.Timer(self.chance.uniform(0, seconds), end)
        timer.start()
        return timer

    def rise(self, *pins: str) -> None:
        """Start again and unlock; the first of these PINs that reads is the right one now."""
        self.phone.kill()
        with transaction() as session:
            # What is tried here is no guess: it shall not use up the thirty of a month.
            session.query(UnlockTry).delete()
            session.query(Device).update({"wrong_tries": 0})
        self.phone.switch_on()
        self.phone.open()
        for pin in pins or (self.pin,):
            self.phone.unlock(pin)
            with suppress(Error):
                self.phone.page.locator(".sign[data-t=sign]").wait_for(timeout=6000)
                self.pin = pin
                return self.look()
            self.phone.press("exit")
        raise AssertionError("no PIN reads any more")

    def look(self) -> None:
        """Nothing that was sealed may be missing."""
        acts = {act["id"]: act["state"] for act in self.phone.acts()}
        assert self.sealed <= acts.keys(), "a sealed act is gone"
        self.sealed |= {name for name, state in acts.items() if state != "draft"}

    def drafts(self) -> set[str]:
        """The drafts that lie on the phone."""
        return {name.split("/")[-1] for name in self.phone.kept() if name.startswith("draft/")}

    def draft(self) -> str:
        """Stand before the summary of a draft, a new one if there is none; return its id."""
        if self.phone.page.locator(".page[data-screen=sum]").count():
            return self.drafts().pop()
        if not self.drafts():
            begin_report(self.phone)
            finish_report(self.phone)
            self.phone.press("more")
            self.phone.page.locator(TYPED).fill("x")
            self.phone.press("next")
            self.phone.at("sum")
            self.phone.settle(self.drafts)
        else:
            self.phone.press("draft")
            self.phone.at("sum")
        return self.drafts().pop()


def type_on(life: Life) -> None:
    """She types when it dies: what was there a second before is there again."""
    life.draft()
    life.phone.press("more")
    note = life.phone.page.locator(TYPED)
    text = note.input_value()
    if len(text) > ROOM:
        note.fill(text := "x")
        life.phone.page.wait_for_timeout(2 * LOST_AT_MOST * 1000)
    note.focus()
    life.phone.page.keyboard.press("End")
    typed = [(time.monotonic(), text)]
    timer = life.die_within(3)
    with suppress(Error):
        for letter in "abcdefghij" * 3:
            life.phone.page.keyboard.type(letter)
            text += letter
            typed.append((time.monotonic(), text))
            life.phone.page.wait_for_timeout(40)
    timer.join()
    life.rise()
    life.draft()
    life.phone.press("more")
    kept = life.phone.page.locator(TYPED).input_value()
    assert text.startswith(kept)
    first_lost = next((at for at, so_far in typed if len(so_far) > len(kept)), life.died_at)
    life.lost.append(max(0.0, life.died_at - first_lost))
    assert life.lost[-1] <= LOST_AT_MOST
    life.phone.press("next")
    life.phone.at("sum")


def seal(life: Life) -> None:
    """She presses *Kirim* when it dies: the report is a draft still, or sealed."""
    name = life.draft()
    timer = life.die_within(0.5)
    with suppress(Error):
        life.phone.press("send")
        life.phone.page.wait_for_timeout(1000)
    timer.join()
    life.rise()
    assert name in life.drafts() | life.sealed


def send(life: Life) -> None:
    """What was sealed without signal is on its way when it dies."""
    name = life.draft()
    life.phone.offline()
    life.phone.press("send")
    life.phone.at("end")
    life.look()
    assert name in life.sealed
    timer = life.die_within(0.6)
    with suppress(Error):
        life.phone.offline(False)
        life.phone.page.wait_for_timeout(1000)
    timer.join()
    life.rise()


def change_pin(life: Life) -> None:
    """The PIN is being changed when it dies: the old one reads, or the new one, and drafts live."""
    kept = life.drafts()
    wanted = PINS[1] if life.pin == PINS[0] else PINS[0]
    life.phone.press("settings")
    life.phone.press("pin")
    for digits in (life.pin, wanted):
        life.phone.digits(digits)
        life.phone.page.locator("#app .page").first.wait_for()
    timer = life.die_within(2.5)
    with suppress(Error):
        life.phone.digits(wanted)
        life.phone.page.wait_for_timeout(4000)
    timer.join()
    life.rise(wanted, life.pin)
    assert kept <= life.drafts() | life.sealed
    shown = life.phone.page.locator("#app [data-do=draft]").count()
    assert shown == len(kept & life.drafts())


def acknowledge(life: Life) -> None:
    """She has read an alert when it dies: the act is sealed, or the alert still stands."""
    with transaction() as session:
        alert = notices.alert(session.get_one(Person, life.cadre.id), "please_call", now=utc_now())
        name = str(alert.id)
    row = life.phone.page.locator("#app [data-do=news]")
    life.phone.page.evaluate("() => dispatchEvent(new Event('online'))")
    row.first.wait_for()
    before = len(life.sealed)
    row.first.click()
    life.phone.at("message")
    timer = life.die_within(0.5)
    with suppress(Error):
        life.phone.press("read")
        life.phone.page.wait_for_timeout(1000)
    timer.join()
    life.rise()
    row = life.phone.page.locator("#app [data-do=news]")
    assert row.count() or len(life.sealed) > before, name
    while row.count():
        row.first.click()
        life.phone.press("read")
        life.phone.at("today")
    life.look()


KINDS = (type_on, send, change_pin, seal, acknowledge)


def test_however_often_it_is_killed_no_sealed_act_and_at_most_a_second_of_typing_is_lost(
    phone: Phone, invite, cadre
):
    pin, _ = phone.enrol(invite)
    with transaction() as session:
        phones.confirm(session.scalars(db.select(Device)).one(), now=utc_now())
    life = Life(phone, cadre, pin)
    killed = Counter()

    for turn in range(KILLS):
        kind = KINDS[turn % len(KINDS)]
        kind(life)
        killed[kind.__name__] += 1
        print(f"{killed.total()} {kind.__name__} {life.lost[-1]:.2f}", flush=True)

    phone.page.evaluate("() => dispatchEvent(new Event('online'))")
    phone.settle(lambda: all(act["state"] in {"sent", "draft"} for act in phone.acts()), 60)
    life.look()
    db.session.rollback()
    stored = {str(name) for name in db.session.scalars(db.select(InboxEnvelope.envelope_id))}
    assert life.sealed <= stored
    lost = max(life.lost, default=0)
    print(f"{dict(killed)}: {len(life.sealed)} acts, 0 lost; typing lost at most {lost:.2f} s")
