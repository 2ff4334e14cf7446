"""Services asked of partners, at the desk and by the partner's link."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from app import create_app
from app.db import db, transaction, utc_now
from app.domain import codes
from app.domain.permissions import Role
from app.models import PartnerLink, Person, Recall, ServiceReferral, TrailRow
from app.services import recalls, service_referrals
from tests.desk import HTTPS, Desk, as_staff, forget, in_care
from tests.onward import asked, partner, sent, taken_back

GRAVE = {"danger_signs": ["death_threat"], "violence": ["psychological"]}
LINK = re.compile(r"/p/#([\w-]+)")


@pytest.fixture
def desk(sit) -> Desk:
    """Somebody who does everything, as in a small office."""
    return sit(Role.COORDINATOR, Role.CASEWORKER, Role.HEAD)


@pytest.fixture
def me(desk):
    return as_staff(db.session.get_one(Person, desk.person_id))


@pytest.fixture
def care(desk):
    def cared(**answers):
        with transaction():
            return in_care(None, db.session.get_one(Person, desk.person_id), **GRAVE | answers)

    return cared


@pytest.fixture
def out(care, me):
    """One that waits for a partner's answer."""
    case = care()
    with transaction():
        return sent(case, me, partner(me, now=utc_now()), now=utc_now())


def again(row):
    return db.session.get_one(type(row), row.id, populate_existing=True)


def test_a_service_is_asked_for_approved_and_answered_in_a_few_presses(desk, care, me):
    case = care(access_needs=["wheelchair"])
    with transaction():
        hospital = partner(me, now=utc_now(), accessibility=("ramp", "accessible_toilet"))
    place = f"/desk/cases/{case}/services/new"
    wish = {"asked": "psychosocial.psychologist"}

    offered = desk.post(place, wish | {"do": "offer"}).text
    assert offered.index("RSUD Contoh") < offered.index("sesuai")
    filled = {"partner": str(hospital.id), "escort": "cadre_asked", "do": "save"}
    address = desk.post(place, wish | filled).headers["Location"]
    desk.post(f"{address}/submit")
    desk.post(f"{address}/approve")
    assert f"/desk/cases/{case}/hand" in desk.get(address).text
    desk.post(f"{address}/answer", {"answer": "scheduled", "on": "2026-12-01"})

    row = db.session.scalars(db.select(ServiceReferral)).one()
    assert row.state == "scheduled"
    assert "Sudah dijadwalkan · 1 Desember 2026" in desk.get(f"/desk/cases/{case}").text


def test_what_is_asked_stands_in_no_address(desk, care, me):
    case = care()

    answer = desk.post(
        f"/desk/cases/{case}/services/new", {"asked": "medical.rape_72h", "do": "offer"}
    )

    assert answer.status_code == 200
    assert "Siapa yang diminta?" in answer.text


def test_a_page_without_a_fitting_partner_says_what_to_do(desk, care, me):
    case = care(access_needs=["sight"])
    with transaction():
        partner(me, now=utc_now())

    page = desk.post(
        f"/desk/cases/{case}/services/new", {"asked": "medical.first_aid", "do": "offer"}
    ).text

    assert "Belum ada mitra yang sesuai" in page
    assert "belum dicatat: Braille atau audio" in page


@pytest.mark.parametrize("answers", [{"violence": ["sexual"]}, {"survivor_age": "13_17"}])
def test_no_page_offers_a_settlement_where_the_law_forbids_it(desk, care, answers):
    case = care(**answers)
    place = f"/desk/cases/{case}/services/new"

    assert "civil_mediation" not in desk.get(place).text
    filled = {"asked": "legal.civil_mediation", "partner": "us", "escort": "without", "do": "save"}
    assert desk.post(place, filled).status_code == 422
    assert db.session.query(ServiceReferral).count() == 0


def test_where_it_is_allowed_the_uptd_may_mediate_itself(desk, care):
    case = care()
    place = f"/desk/cases/{case}/services/new"

    assert "civil_mediation" in desk.get(place).text
    filled = {"asked": "legal.civil_mediation", "partner": "us", "escort": "without", "do": "save"}
    assert desk.post(place, filled).status_code == 303


def test_without_consent_the_page_says_so_and_sends_nothing(desk, care, me):
    case = care(danger_signs=["none_seen"])
    with transaction():
        row = asked(case, me, partner(me, now=utc_now()), now=utc_now())
        service_referrals.submit(row, me, now=utc_now())

    assert "Belum boleh dikirim" in desk.get(f"/desk/services/{row.id}").text
    desk.post(f"/desk/services/{row.id}/approve")

    assert again(row).state == "awaiting_approval"
    assert "belum setuju" in desk.get(f"/desk/services/{row.id}").text


def agrees(desk, case, said: str = "yes") -> None:
    """She is asked as the law wants it, about counselling."""
    talk = {"method": "written", "giver": "survivor", "explained": list(codes.EXPLAINED)}
    talk |= {"rights_read": "yes", "agree_refer_psychosocial": said}
    assert desk.post(f"/desk/cases/{case}/consent", talk).status_code == 303


def test_her_yes_opens_the_way_her_no_more_closes_it_and_a_new_yes_opens_it_again(desk, care, me):
    case = care(danger_signs=["none_seen"])
    with transaction():
        hospital = partner(me, now=utc_now())
        rows = [asked(case, me, hospital, now=utc_now()) for _turn in range(3)]
    for row in rows:
        desk.post(f"/desk/services/{row.id}/submit")

    agrees(desk, case)
    desk.post(f"/desk/services/{rows[0].id}/approve")
    taken = {"purposes": ["refer_psychosocial"]}
    assert desk.post(f"/desk/cases/{case}/consent/withdraw", taken).status_code == 303
    desk.post(f"/desk/services/{rows[1].id}/approve")

    assert (again(rows[0]).state, again(rows[0]).basis) == ("sent", "consent")
    assert again(rows[1]).state == "awaiting_approval"
    assert [one.service_id for one in recalls.of_case(case)] == [rows[0].id]
    agrees(desk, case)
    desk.post(f"/desk/services/{rows[2].id}/approve")
    assert (again(rows[2]).state, again(rows[2]).basis) == ("sent", "consent")


def test_the_evaluation_asks_for_a_score_of_each_partner_that_was_asked(desk, out):
    place = f"/desk/cases/{out.case_id}/partners/{out.partner_id}/score"
    assert place in desk.get(f"/desk/cases/{out.case_id}/evaluation").text

    half = desk.post(place, {"on_time": "yes", "score_words": "petugas ramah"})
    whole = desk.post(place, dict.fromkeys(codes.PARTNER_SCORE, "partly"))

    assert half.status_code == 422
    assert "petugas ramah" in half.text
    assert whole.status_code == 303
    assert "Sebagian" in desk.get(f"/desk/cases/{out.case_id}/evaluation").text
    assert "0 / 1 / 0" in desk.get("/desk/partners/scorecard").text


def test_a_refusal_needs_its_reason_and_keeps_the_answer_typed(desk, out):
    answer = desk.post(f"/desk/services/{out.id}/answer", {"answer": "partner_refused"})

    assert answer.status_code == 422
    assert 'value="partner_refused"' in answer.text
    assert again(out).state == "sent"


def test_a_case_shows_the_clock_of_preventive_medicine(desk, care):
    case = care(violence=["sexual"], last_happened="last_24h")

    assert "Obat pencegah berguna dalam 72 jam" in desk.get(f"/desk/cases/{case}").text


def test_only_the_head_approves(sit, out, care, me):
    case = care()
    with transaction():
        row = asked(case, me, partner(me, "Lain", now=utc_now()), now=utc_now())
        service_referrals.submit(row, me, now=utc_now())
    caseworker = sit(Role.CASEWORKER)

    assert caseworker.post(f"/desk/services/{row.id}/approve").status_code == 404
    assert again(row).state == "awaiting_approval"


def test_who_must_not_know_stands_above_the_button_that_calls_a_partner(desk, care, me):
    case, now = care(), utc_now()
    with transaction():
        row = sent(case, me, partner(me, number="0281 555", now=now), now=now)

    page = desk.get(f"/desk/services/{row.id}").text

    assert page.index('class="must"') < page.index('href="tel:')
    assert db.session.query(TrailRow).filter_by(act="around.see").count()


def test_the_recall_list_tells_her_words_and_takes_each_answer(desk, out):
    with transaction():
        taken_back(out.case_id, "record", now=utc_now())
    page = desk.get(f"/desk/cases/{out.case_id}").text

    assert "UPTD berhenti membagikan data Ibu mulai sekarang." in page
    assert "1 mitra masih harus diminta berhenti" in desk.get("/desk/queue").text
    one = db.session.scalars(db.select(Recall)).one()
    desk.post(f"/desk/recalls/{one.id}/settle", {"result": "kept_by_partner_law"})

    assert again(one).result == "kept_by_partner_law"
    assert again(out).state == "recalled"
    assert "diminta berhenti" not in desk.get("/desk/queue").text


# By the partner's link ------------------------------------------------------------------------


@pytest.fixture
def secret(desk, out) -> str:
    return LINK.search(desk.post(f"/desk/services/{out.id}/link").text).group(1)


@pytest.fixture
def post(client):
    def posted(address: str, **data):
        forget()
        return client.post(address, data=data, base_url=HTTPS)

    return posted


def test_the_secret_has_128_bits_and_is_kept_only_as_a_hash(out, secret):
    kept = db.session.scalars(db.select(PartnerLink)).one()

    assert len(secret) >= 22
    assert secret.encode() not in kept.token_hash
    assert kept.expires_at - kept.made_at == timedelta(days=7)


def test_looking_spends_nothing_and_says_no_name(post, secret, out):
    for _turn in range(2):
        page = post("/p/", secret=secret)
        assert page.status_code == 200
        assert "RL-" in page.text
        for name in ("Bunga", "Melati", "Salak", "RSUD", out.case.referral.village):
            assert name not in page.text


def test_an_answer_is_taken_once_and_changes_nothing_yet(post, secret, out):
    said = post("/p/answer", secret=secret, answer="scheduled", on="2026-12-01")

    assert "Terima kasih" in said.text
    assert again(out).state == "sent"
    assert post("/p/answer", secret=secret, answer="accepted").status_code == 410
    assert post("/p/", secret=secret).status_code == 410


def test_what_came_by_the_link_counts_from_then_once_staff_confirm_it(desk, post, secret, out):
    post("/p/answer", secret=secret, answer="partner_refused", refusal="full")
    assert "belum dikonfirmasi" in desk.get(f"/desk/services/{out.id}").text
    link = db.session.scalars(db.select(PartnerLink)).one()

    desk.post(f"/desk/answers/{link.id}/confirm")

    assert (again(out).state, again(out).refusal) == ("partner_refused", "full")
    assert again(out).answered_at == again(link).used_at
    assert again(link).settled == "confirmed"


def test_an_answer_that_was_not_theirs_is_set_aside(desk, post, secret, out):
    post("/p/answer", secret=secret, answer="served")
    link = db.session.scalars(db.select(PartnerLink)).one()

    desk.post(f"/desk/answers/{link.id}/discard")
    desk.post(f"/desk/answers/{link.id}/confirm")

    assert (again(out).state, again(link).settled) == ("sent", "discarded")


@pytest.mark.parametrize(
    "said", [{"answer": "partner_refused"}, {"answer": "scheduled"}, {"answer": "x"}]
)
def test_an_answer_that_says_too_little_does_not_spend_the_link(post, secret, said):
    answer = post("/p/answer", secret=secret, **said)
    assert answer.status_code == 422
    assert (" checked" in answer.text) == (said["answer"] != "x")
    assert post("/p/answer", secret=secret, answer="accepted").status_code == 200


def test_a_link_ends_after_a_week_with_a_newer_one_and_with_a_withdrawal(desk, post, secret, out):
    with transaction():
        db.session.scalars(db.select(PartnerLink)).one().expires_at = utc_now()
    assert post("/p/", secret=secret).status_code == 410

    second = LINK.search(desk.post(f"/desk/services/{out.id}/link").text).group(1)
    third = LINK.search(desk.post(f"/desk/services/{out.id}/link").text).group(1)
    assert post("/p/", secret=second).status_code == 410
    with transaction():
        taken_back(out.case_id, "record", now=utc_now())
    assert post("/p/", secret=third).status_code == 410


def test_a_guess_and_a_used_link_answer_alike(post, secret):
    post("/p/answer", secret=secret, answer="accepted")

    assert post("/p/", secret=secret).text == post("/p/", secret="x" * 22).text


def test_the_page_before_the_secret_is_the_same_for_everybody(client):
    forget()
    page = client.get("/p/", base_url=HTTPS)

    assert page.status_code == 200
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in page.headers
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|https?://", page.text)
    assert "kekerasan" not in page.text.lower()


def test_the_secret_and_what_is_asked_stand_in_no_log_and_in_no_trail(caplog, desk, post, secret):
    caplog.set_level(logging.DEBUG)
    post("/p/", secret=secret)
    post("/p/answer", secret=secret, answer="accepted")

    assert secret not in caplog.text
    rows = db.session.scalars(db.select(TrailRow).filter_by(act="partner_link.answer")).all()
    assert [row.by for row in rows] == [None]
    assert all(secret not in str(vars(row)) for row in db.session.scalars(db.select(TrailRow)))


def test_the_part_of_the_partners_runs_alone_without_any_key(settings, app, secret):
    db.session.remove()
    alone = create_app(replace(settings, keys_dir=settings.keys_dir / "none", parts={"partner"}))
    with alone.app_context():
        browser = alone.test_client()
        page = browser.post(
            "/p/answer", data={"secret": secret, "answer": "accepted"}, base_url=HTTPS
        )
        assert "Terima kasih" in page.text
        assert browser.get("/desk/", base_url=HTTPS).status_code == 404
        assert browser.get("/", base_url=HTTPS).status_code == 404
        db.session.remove()
        db.engine.dispose()
