"""Two under one name: a phone that lost what it kept is hers, a copy beside it is not."""

from uuid import UUID

import pytest
from sqlalchemy import select

from app.db import db, transaction, utc_now
from app.domain.errors import Conflict, Invalid
from app.domain.permissions import Role
from app.models import Alert, Device, DeviceItem, Quarantined, Referral, Report, TrailRow, Visit
from app.services import changes, copies, deciding, errands, notices, referrals, resealing, settling
from app.services.rows import seal_texts
from tests import make
from tests.desk import as_staff
from tests.phone import Phone, fresh, paired


@pytest.fixture
def beside(phone):
    """Give what makes another phone of what this one keeps now, but for what is said."""

    def answer(**other) -> Phone:
        names = ("cookie", "device_id", "keys", "seq", "last_receipt")
        return Phone(phone.server, **{name: getattr(phone, name) for name in names} | other)

    return answer


def report(phone, **more) -> str:
    return phone.act("report.create", make.report_body(**more))


def device_of(phone) -> Device:
    with fresh():
        return db.session.get_one(Device, UUID(phone.device_id))


def junk() -> int:
    with fresh():
        return len(db.session.scalars(select(Quarantined).filter_by(reason="junk")).all())


def flags() -> list[bool]:
    with fresh():
        rows = db.session.scalars(select(Report).order_by(Report.received_at)).all()
        return ["number_again" in row.flags for row in rows]


def test_a_phone_that_lost_what_it_kept_is_still_hers(phone, beside, opened):
    for _ in range(2):
        report(phone)
    lost = beside(seq=0, last_receipt=None)
    for _ in range(3):
        report(lost)
    lost_again = beside(seq=0, last_receipt=None)
    for _ in range(2):
        report(lost_again)

    opened()

    assert junk() == 0
    assert device_of(phone).cloned_at is None
    assert flags() == [False, False, True, True, False, True, True]


def test_a_phone_set_back_to_an_earlier_day_is_still_hers(phone, beside, opened):
    report(phone)
    earlier = {"seq": phone.seq, "last_receipt": phone.last_receipt}
    report(phone)
    set_back = beside(**earlier)
    for _ in range(3):
        report(set_back)

    opened()

    assert junk() == 0
    assert flags() == [False, False, True, False, False]


def test_an_answer_that_was_lost_makes_no_copy(phone, opened):
    report(phone)
    envelope_id = phone.seal("report.create", make.report_body())
    phone.send(lost=True)
    phone.send()
    report(phone)

    opened()

    assert junk() == 0
    assert envelope_id in phone.receipts
    assert flags() == [False, False, False]


@pytest.mark.parametrize("sent_before", [0, 2])
def test_two_that_live_side_by_side_are_junk_from_then_on(phone, beside, opened, sent_before):
    for _ in range(sent_before):
        report(phone)
    copy = beside()
    report(phone)
    report(copy, danger_now="yes")
    opened()
    assert junk() == 0
    assert flags()[-1] is True

    report(phone)
    report(copy)
    opened()

    assert junk() == 2
    assert device_of(phone).cloned_at is not None
    with fresh():
        rung = db.session.scalars(select(Alert.kind).filter_by(role=Role.COORDINATOR)).all()
        assert rung.count("junk") == 1


def test_who_knows_only_the_name_of_a_phone_makes_it_no_copy(phone, beside, opened):
    stranger = beside(cookie=None)
    for seq in (0, 0):
        stranger.seq = seq
        stranger.seal("report.create", make.report_body())
        stranger.send(X_Device=phone.device_id)
        report(phone)
    stranger.seal("report.create", make.report_body())
    stranger.send(X_Device=phone.device_id)

    opened()

    assert junk() == 0
    assert device_of(phone).fork_until is None


@pytest.fixture
def taken_for_a_copy(phone, beside):
    """A true phone whose copy lived for a while: since then what she sends is junk."""
    copy = beside()
    report(phone)
    report(copy)
    report(phone)
    assert device_of(phone).cloned_at is not None
    return phone


def vouch(phone, how: str = "called") -> int:
    with fresh(), transaction() as session:
        member = make.person(Role.COORDINATOR)
        device = session.get_one(Device, UUID(phone.device_id))
        return copies.vouch(device, how, by=member.id, now=utc_now())


def test_once_she_was_asked_all_she_sent_is_judged_again_in_order(taken_for_a_copy, opened):
    phone = taken_for_a_copy
    added = report(phone)
    phone.act("report.add", {"report_id": added, "danger_signs": ["weapon"]})
    opened()
    with fresh(), transaction():
        member = as_staff(make.person(Role.COORDINATOR))
        acts = {(kept.act, str(kept.envelope_id)): kept for kept in settling.waiting(member)}
        asked = acts.pop(("report.create", added))
        thrown = next(kept for (act, _), kept in acts.items() if act == "report.create")
        assert [more for _kept, more in settling.lines(member)] == [2]
        settling.ask(asked, member, now=utc_now())
        settling.discard(thrown, "twice", member, now=utc_now())
        settling.discard(thrown, "twice", as_staff(make.person(Role.COORDINATOR)), now=utc_now())
        discarded = thrown.envelope_id
    unopened = report(phone)

    assert vouch(phone) == 3
    opened()
    report(phone)
    opened()

    assert junk() == 1
    with fresh():
        assert discarded not in {row.id for row in db.session.scalars(select(Report))}
        referral = db.session.scalars(select(Referral).filter_by(report_id=UUID(added))).one()
        assert referral.risk == "high"
        assert db.session.get(Report, UUID(unopened)) is not None
        written = db.session.scalars(select(TrailRow).filter_by(act="phone.hers")).one()
        assert (written.object_id, written.reason) == (phone.device_id, "called")
    assert vouch(phone) == 0


def test_nobody_vouches_without_saying_how_nor_for_a_phone_that_ended(taken_for_a_copy):
    phone = taken_for_a_copy

    with pytest.raises(Invalid):
        vouch(phone, "sure")
    with fresh(), transaction() as session:
        session.get_one(Device, UUID(phone.device_id)).state = "ended"
    with pytest.raises(Conflict):
        vouch(phone)

    assert device_of(phone).cloned_at is not None


@pytest.fixture
def asked(phone, opened):
    """Give what returns a report of hers with a question, and hands her the visit to it."""
    report_id = report(phone)
    opened()

    def answer() -> None:
        with fresh(), transaction() as session:
            now, member = utc_now(), as_staff(make.person(Role.COORDINATOR))
            referral = session.scalars(select(Referral).filter_by(report_id=UUID(report_id))).one()
            referrals.see(referral, member, now=now)
            deciding.ask_cadre(referral, "Masih di rumah?", member, now=now)
            visit(report_id, of(session, phone).person_id, now)

    answer.report_id = report_id
    return answer


def visit(report_id: str, cadre_id: UUID, now) -> None:
    """Hand over what was agreed before: since the doubt the desk is offered somebody else."""
    row = make.visit(UUID(report_id), cadre_id, cadre_id, now)
    seal_texts(row, make.DISTRICT, {"look_for": "luka"})
    db.session.add(row)


def doubt(phone) -> None:
    with fresh(), transaction() as session:
        of(session, phone).cloned_at = utc_now()


def of(session, phone) -> Device:
    return session.get_one(Device, UUID(phone.device_id))


def details_told() -> list[bool]:
    with fresh():
        return list(db.session.scalars(select(Visit.details_told)))


def holds(phone, *kinds: str) -> list[int]:
    phone.fetch()
    return [len(phone.of_kind(kind)) for kind in kinds]


PERSONAL = ("visit", "visit_details", "message", "alert")


def test_a_phone_in_doubt_is_told_to_call_and_nothing_else(phone, asked, opened):
    doubt(phone)
    asked()
    opened()

    assert holds(phone, *PERSONAL) == [0, 0, 0, 0]
    assert not errands.details_due(now=utc_now())
    assert details_told() == [False]
    assert phone.state_of(asked.report_id) == "please_call"
    with fresh():
        kept = select(DeviceItem.kind).where(DeviceItem.sealed.is_not(None))
        assert set(db.session.scalars(kept)) == {"report_status"}


def test_what_was_held_back_reaches_the_phone_once_it_is_known_to_be_hers(phone, asked, opened):
    opened()
    doubt(phone)
    asked()
    opened()

    vouch(phone)
    opened()

    assert holds(phone, "visit", "visit_details", "message") == [1, 1, 1]
    assert details_told() == [True]
    assert phone.of_kind("message")[0]["text"] == "Masih di rumah?"
    assert {one["kind"] for one in phone.of_kind("alert")} == {
        "report_moved",
        "message",
        "please_call",
    }


def test_her_next_phone_gets_what_was_held_back_from_the_one_in_doubt(
    app, cadre, phone, asked, opened
):
    doubt(phone)
    asked()
    opened()

    newer = paired(app, cadre)
    opened()

    assert holds(newer, "visit", "visit_details", "message") == [1, 1, 1]


def test_a_question_that_she_has_already_is_not_there_twice(phone, asked, opened):
    opened()
    asked()
    doubt(phone)
    with fresh(), transaction() as session:
        notices.alert(of(session, phone).person, "please_call", now=utc_now())

    vouch(phone)
    opened()

    assert holds(phone, "message") == [1]


def test_what_is_held_back_while_the_worker_seals_is_sealed_in_the_next_round(phone, opened):
    opened()
    with fresh(), transaction() as session:
        device = of(session, phone)
        meanwhile = device.change_seq
        changes.hold_back(device)

    with fresh(), transaction():
        resealing.sealed_until(UUID(phone.device_id), meanwhile, now=utc_now())

    with fresh():
        assert resealing.due()
