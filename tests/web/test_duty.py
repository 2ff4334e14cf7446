"""Kartu piket: opened by a passkey alone, coded facts only, taken by one, passed on, closed."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from app.db import db, transaction, utc_now
from app.domain.permissions import Role
from app.domain.roster import Turn
from app.models import Alert, CardSession, Case, Passkey, Person, Referral, TrailRow
from app.services import alerts, duty, journal, people, replaying, roster_plans, rosters
from tests.desk import HTTPS, TOKEN, Desk, as_staff, forget, in_care, reported, staff
from tests.make import DISTRICT, person
from tests.passkey import Telephone

FORM = re.compile(r'<form[^>]+action="([^"]+/take)"')


class Phone:
    """Somebody's own phone: its browser, signed in nowhere, and its passkey."""

    def __init__(self, app, owner: Desk):
        self.client, self.key = app.test_client(), Telephone()
        page = owner.get("/desk/passkeys/new").text
        self.added = owner.post("/desk/passkeys/new", {"answer": self.key.made(page)})

    def get(self, address: str = "/desk/duty", **more):
        forget()
        return self.client.get(address, base_url=HTTPS, **more)

    def post(self, address: str, **sent):
        found = TOKEN.search(self.get("/desk/duty").text)
        forget()
        return self.client.post(address, data={"csrf_token": found[1], **sent}, base_url=HTTPS)

    def unlock(self, **cheating):
        page = self.get().text
        answer, token = self.key.shown(page, **cheating), TOKEN.search(page)[1]
        forget()
        sent = {"csrf_token": token, "answer": answer}
        return self.client.post("/desk/duty/unlock", data=sent, base_url=HTTPS)


@pytest.fixture
def ani(sit) -> Desk:
    """The first on call."""
    return sit(Role.CASEWORKER, label="Petugas Ani")


@pytest.fixture
def phone(app, ani) -> Phone:
    return Phone(app, ani)


@pytest.fixture
def emergency(app) -> Referral:
    with transaction():
        cadre = person(Role.CADRE, label="Kader Rahasia")
        people.set_number(cadre, "0811000111", now=utc_now())
        return reported(
            cadre,
            danger_now="yes",
            emergency_call="no_answer",
            danger_signs=["weapon"],
            survivor_alias="Kuntum",
            note="Sandi rahasia.",
            must_not_know=["spouse"],
        )


def acts(person_id) -> list[str]:
    db.session.rollback()
    rows = db.select(TrailRow).where(TrailRow.by == person_id).order_by(TrailRow.seq)
    return [row.act for row in db.session.scalars(rows)]


def test_a_passkey_opens_the_card_with_coded_facts_and_nothing_that_was_sealed(phone, emergency):
    assert phone.added.status_code == 303
    assert "Kuntum" not in phone.get().text and "Kalicontoh" not in phone.get().text

    assert phone.unlock().status_code == 303
    card = phone.get().text

    assert "Kalicontoh" in card and FORM.search(card)
    for hidden in ("Kuntum", "Sandi rahasia", "0811000111", "Kader Rahasia"):
        assert hidden not in card
    assert phone.get("/desk/queue").status_code == 303, "a card is no desk"
    assert phone.get(f"/desk/referrals/{emergency.id}").status_code == 303


def test_looking_is_seen_and_only_taking_stops_it(phone, ani, emergency):
    phone.unlock()
    phone.get()
    seen = db.session.get_one(Referral, emergency.id, populate_existing=True)
    assert (seen.seen_by, seen.taken_by) == (ani.person_id, None)

    phone.post(f"/desk/duty/{emergency.id}/take")

    taken = db.session.get_one(Referral, emergency.id, populate_existing=True)
    assert taken.taken_by == ani.person_id
    assert {"duty.enter", "referral.see", "referral.take"} <= set(acts(ani.person_id))
    called = db.session.scalars(db.select(Alert).where(Alert.kind == "emergency")).one()
    assert called.acknowledged_by == ani.person_id


def test_a_page_that_looks_again_by_itself_is_nobody_reading(ani, emergency):
    answer = ani.get(f"/desk/duty/{emergency.id}", headers={"X-Siaga-Poll": "1"})

    assert FORM.search(answer.text)
    assert db.session.get_one(Referral, emergency.id, populate_existing=True).seen_at is None


def test_of_two_who_press_one_has_it_and_the_other_is_told_who(phone, ani, sit, emergency):
    budi = sit(Role.CASEWORKER, label="Petugas Budi")
    phone.unlock()
    assert FORM.search(phone.get().text)

    budi.post(f"/desk/duty/{emergency.id}/take")
    answer = phone.post(f"/desk/duty/{emergency.id}/take")

    told = phone.get(answer.location).text
    assert "Petugas Budi" in told and not FORM.search(told)
    assert db.session.get_one(Referral, emergency.id).taken_by == budi.person_id
    assert phone.post(f"/desk/duty/{emergency.id}/number").status_code == 404


def test_the_number_of_the_cadre_opens_on_its_own_and_is_in_the_trail(phone, ani, emergency):
    phone.unlock()

    page = phone.post(f"/desk/duty/{emergency.id}/number").text

    assert "0811000111" in page and "tel:" in page
    assert "Kuntum" not in page and "Sandi rahasia" not in page
    assert page.index('class="must">') < page.index("tel:0811000111"), "who must not know first"
    assert "contact.open" in acts(ani.person_id)


@pytest.mark.parametrize("cheating", [{"origin": "https://elsewhere.example"}, {"verified": False}])
def test_another_site_or_an_unverified_owner_opens_nothing(phone, emergency, cheating):
    phone.unlock(**cheating)

    assert not FORM.search(phone.get().text)


def test_an_answer_counts_once(phone, emergency):
    page = phone.get().text
    sent = {"csrf_token": TOKEN.search(page)[1], "answer": phone.key.shown(page)}
    again = [phone.client.post("/desk/duty/unlock", data=sent, base_url=HTTPS) for _ in range(2)]
    assert again[0].location == "/desk/duty"

    assert "closed" in again[1].location
    assert db.session.query(CardSession).count() == 1


def test_a_card_closes_after_ten_minutes_and_when_its_owner_leaves(phone, ani, emergency):
    phone.unlock()
    with transaction():
        db.session.query(CardSession).one().began_at -= timedelta(minutes=10)
    assert not FORM.search(phone.get().text)
    assert phone.get(headers={"X-Siaga-Poll": "1"}).status_code == 401

    phone.unlock()
    assert FORM.search(phone.get().text)
    with transaction():
        me = as_staff(db.session.get_one(Person, ani.person_id))
        people.leave(db.session.get_one(Person, ani.person_id), me, now=utc_now())
    assert not FORM.search(phone.get().text)
    assert db.session.query(Passkey).count() == 0


def test_a_removed_passkey_opens_nothing_not_even_after_a_restore(phone, ani, emergency):
    phone.unlock()
    key = db.session.query(Passkey).one()
    kept = {column.name: getattr(key, column.name) for column in Passkey.__table__.columns}
    assert str(key.id) in ani.get("/desk/settings").text

    ani.post(f"/desk/passkeys/{key.id}/remove")

    assert not FORM.search(phone.get().text)
    assert "passkey.remove" in acts(ani.person_id)
    assert journal.PASSKEY_REMOVED in [event["event"] for event in journal.events()]
    with transaction() as session:
        session.add(Passkey(**kept))
    with transaction():
        replaying.replay(now=utc_now())
    assert db.session.query(Passkey).count() == 0


def test_the_head_removes_a_colleagues_passkey_and_nobody_elses_does(phone, sit, ani):
    key = db.session.query(Passkey).one().id
    stranger, head = sit(Role.CASEWORKER), sit(Role.HEAD)
    assert stranger.post(f"/desk/passkeys/{key}/remove").status_code == 404
    assert str(key) in head.get(f"/desk/people/{ani.person_id}").text

    head.post(f"/desk/people/{ani.person_id}/passkeys/{key}/remove")

    assert db.session.query(Passkey).count() == 0


def test_passing_it_on_rings_the_next_at_once(phone, ani, sit, emergency):
    with transaction():
        budi = staff(Role.CASEWORKER, label="Petugas Budi")
        me = as_staff(db.session.get_one(Person, ani.person_id))
        key = rosters.hours_of(DISTRICT).at(utc_now())
        roster_plans.plan({key: Turn(ani.person_id, budi.id)}, me, now=utc_now())
    phone.unlock()

    answer = phone.post(f"/desk/duty/{emergency.id}/pass-on")

    assert "Petugas Budi" in phone.get(answer.location).text
    rung = db.session.scalars(db.select(Alert).where(Alert.kind == "second_on_call")).all()
    assert [alert.person_id for alert in rung] == [budi.id]


def test_duty_is_said_and_handed_over_on_the_card(phone, ani, sit):
    budi = sit(Role.CASEWORKER, label="Petugas Budi")
    with transaction():
        me = as_staff(db.session.get_one(Person, ani.person_id))
        key = rosters.hours_of(DISTRICT).at(utc_now())
        roster_plans.plan({key: Turn(ani.person_id)}, me, now=utc_now())
    phone.unlock()

    phone.post("/desk/duty/say", state="handed_over", to=str(budi.person_id))

    assert "Petugas Ani" in budi.get("/desk/duty").text
    assert "duty.handed_over" in acts(ani.person_id)


def test_a_tapped_alert_leads_to_the_card_where_one_was_opened_before(phone, ani, sit, emergency):
    assert phone.get("/desk/alert").location == "/desk/enter"
    phone.unlock()
    assert phone.get("/desk/alert").location == "/desk/duty"

    assert ani.get("/desk/alert").location == "/desk/duty"
    assert sit(Role.ADMIN).get("/desk/alert").location == "/desk/"


def test_closing_the_card_asks_for_the_passkey_again(phone, emergency):
    phone.unlock()

    answer = phone.post("/desk/duty/close")

    assert not FORM.search(phone.get(answer.location).text)
    assert "data-at-once" not in phone.get(answer.location).text


def test_the_card_says_that_what_rang_in_somebody_s_care_lies_at_the_desk(app, phone, sit):
    nothing = "Tidak ada keadaan darurat yang menunggu"
    phone.unlock()
    assert nothing in phone.get().text

    accompanies = sit(Role.CASEWORKER, label="Petugas Jambu").person_id
    with transaction() as session:
        case = session.get_one(Case, in_care(None, session.get_one(Person, accompanies)))
        about = {"report_id": case.referral.report_id, "now": utc_now()}
        duty.ring_first("emergency", district=DISTRICT, urgent=True, **about)
        alerts.ring(Role.CASEWORKER, "second_on_call", district=DISTRICT, urgent=True, **about)

    page = phone.get().text
    assert nothing not in page and 'href="/desk/alerts"' in page
    assert str(case.id) not in page and str(case.referral_id) not in page

    with transaction() as session:
        for row in session.query(Alert):
            row.acknowledged_at = utc_now()
    assert nothing in phone.get().text
