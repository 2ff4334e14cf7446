"""A restored backup must not let a revoked phone in again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from app import create_app
from app.db import db, transaction, utc_now
from app.domain.errors import Missing
from app.domain.fields import parse
from app.domain.permissions import Role
from app.models import Alert, Case, Device, Invite, RelatedStaff, Server, Withdrawal
from app.sealing import b64, phone_keys
from app.services import (
    consents,
    duty,
    forgetting,
    journal,
    phones,
    referrals,
    related,
    replaying,
    reports,
    withdrawals,
)
from sync import epochs, inbox, restored
from sync.protocol import Batch
from tests import make
from tests.desk import as_staff, reported, staff
from tests.enrolment import applicant, enrolled, invited, phone_of
from tests.make import NOON
from tests.reports import report as body_of_report


def given(cadres=1):
    with transaction():
        return [make.person() for _ in range(cadres)]


def restored_backup(device, share):
    """The database as it was before that phone was ended."""
    with transaction() as session:
        session.execute(
            update(Device)
            .where(Device.id == device.id)
            .values(state="active", ended_at=None, ended_why=None, share=share)
        )
    db.session.expire_all()


def revoked_and_restored():
    """A phone that was revoked, on a server whose backup does not know it."""
    lost = phone_of(given()[0])
    share = lost.share
    with transaction():
        phones.revoke(lost, now=NOON)
    restored_backup(lost, share)
    return lost


def test_a_revoked_phone_stays_revoked_after_a_restore(app):
    kept, lost = (phone_of(cadre) for cadre in given(2))
    share = lost.share
    with transaction():
        phones.revoke(lost, now=NOON)
    restored_backup(lost, share)

    with transaction() as session:
        epoch = session.query(Server).one().epoch
        epochs.begin(session, after=epoch, now=NOON)

    assert (lost.state, lost.share) == ("ended", None)
    assert (kept.state, kept.share is None) == ("active", False)


def test_a_revoked_phone_that_betrays_the_restore_is_told_at_once(app):
    lost = phone_of(given()[0])
    share = lost.share
    with transaction():
        phones.revoke(lost, now=NOON)
    restored_backup(lost, share)
    ahead = phone_keys().receipt(
        db.session.query(Server).one().epoch, 1000, make.fresh(), "ab" * 32
    )
    db.session.rollback()

    batch = Batch(device_now=NOON, envelopes=[], last_receipt=ahead)
    sent = inbox.receive(inbox.Sender(lost.id, session=True), batch, now=NOON)

    assert sent.ended


def test_a_used_invite_lets_nobody_in_after_a_restore(app):
    [cadre] = given()
    invite = invited(cadre)
    enrolled(applicant(invite.code))
    with transaction() as session:
        session.execute(update(Invite).values(used_at=None, device_id=None))
        session.execute(delete(Device))
    db.session.expire_all()

    with transaction():
        assert replaying.replay(now=NOON) == 1

    assert enrolled(applicant(invite.code)) is None


def test_replaying_what_is_known_does_nothing(app):
    device = phone_of(given()[0])
    with transaction():
        phones.revoke(device, now=NOON)
    before = journal.events()

    with transaction():
        assert replaying.replay(now=NOON) == 0

    assert journal.events() == before


def test_a_line_that_a_crash_cut_is_left_out(app):
    device = phone_of(given()[0])
    with transaction():
        phones.revoke(device, now=NOON)
    whole = journal.events()

    with journal.journal_path().open("ab") as file:
        file.write(b'{"at": "2026-11-23T05:0')

    assert journal.events() == whole
    with transaction():
        journal.note(journal.REVOKED, device.id, now=NOON)
    assert len(journal.events()) == len(whole) + 1


def test_a_restored_server_unlocks_no_revoked_phone_even_for_its_first_request(app, client):
    lost = revoked_and_restored()
    db.session.rollback()

    asked = {"device_id": str(lost.id), "proof": b64(b"a" * 32)}
    answered = client.post("/sync/v1/unlocks", json=asked, headers={"X-Siaga": "1"})

    assert (answered.status_code, answered.json["code"]) == (410, "unlock.destroyed")


def test_it_replays_as_the_process_starts_and_begins_an_epoch(app):
    lost = revoked_and_restored()
    former = epochs.current(db.session)

    db.session.rollback()
    restored.at_start(app)

    db.session.expire_all()
    assert (lost.state, lost.share) == ("ended", None)
    assert epochs.current(db.session) > former


def test_a_start_after_an_ordinary_day_begins_no_epoch_and_reads_each_line_once(app):
    device = phone_of(given()[0])
    with transaction():
        phones.revoke(device, now=NOON)
    epoch = epochs.current(db.session)
    assert replaying.is_behind()

    db.session.rollback()
    restored.at_start(app)

    db.session.expire_all()
    assert epochs.current(db.session) == epoch
    assert not replaying.is_behind()
    assert journal.unread(journal.sizes())[0] == []


def test_the_web_process_starts_while_the_database_is_away_and_replays_before_it_serves(settings):
    url = "postgresql+psycopg://nobody@127.0.0.1:1/none"
    app = create_app(replace(settings, database_url=url))

    restored.at_start(app)

    with app.app_context(), pytest.raises(OperationalError):
        restored.once(now=NOON)


def test_a_server_that_was_never_set_up_starts(settings):
    restored.at_start(create_app(settings))


def test_a_withdrawal_outlives_a_restore_and_the_desk_hears_of_it_again(app):
    with transaction():
        report = reported().report
    told_at = utc_now() - timedelta(hours=5)
    with transaction():
        consents.withdraw(
            make.fresh(), report, ("visit", "contact"), received_at=told_at, now=told_at
        )
    due_at = db.session.scalar(select(Withdrawal.due_at))
    with transaction() as session:
        session.execute(delete(Withdrawal))
        session.execute(update(Alert).values(acknowledged_at=NOON))
    db.session.expire_all()

    with transaction():
        assert replaying.catch_up(now=utc_now()) == 1

    kept = db.session.scalars(select(Withdrawal)).one()
    assert (kept.report_id, kept.purposes, kept.due_at) == (report.id, "visit,contact", due_at)
    heard = db.session.scalars(select(Alert).where(Alert.acknowledged_at.is_(None))).one()
    assert (heard.kind, heard.report_id) == ("new_report_news", report.id)


def test_a_withdrawal_whose_report_was_lost_with_the_backup_still_stops_sharing(app):
    with transaction():
        withdrawals.stop_sharing(make.fresh(), make.fresh(), ("visit",), received_at=NOON)
    with transaction() as session:
        session.execute(delete(Withdrawal))
    db.session.expire_all()

    with transaction():
        replaying.catch_up(now=NOON)

    assert db.session.scalars(select(Withdrawal)).one().purposes == "visit"


@pytest.fixture
def near(app):
    """A colleague who stands near, a head, and a report."""
    with transaction():
        head, colleague = staff(Role.HEAD), staff(Role.COORDINATOR)
        return as_staff(head), colleague, reported()


def is_there(referral, colleague) -> bool:
    db.session.rollback()
    try:
        return referrals.get(referral.id, as_staff(colleague)) is not None
    except Missing:
        return False


def restored_marks(*marks) -> None:
    """The backup knows of these marks alone."""
    with transaction() as session:
        session.execute(delete(RelatedStaff))
        session.add_all(marks)
    db.session.expire_all()


def replayed() -> int:
    with transaction():
        return replaying.catch_up(now=NOON)


def test_whoever_was_kept_out_stays_out_after_a_restore(near):
    head, colleague, one = near
    with transaction():
        related.keep_out(one, colleague, head, now=NOON)
    restored_marks()
    with transaction():
        one.taken_by = colleague.id

    assert (replayed(), replayed()) == (1, 0)

    assert not is_there(one, colleague)
    assert one.taken_by is None


def test_who_accompanied_her_in_the_backup_and_is_kept_out_is_not_rung_alone(near):
    head, colleague, one = near
    with transaction():
        related.keep_out(one, colleague, head, now=NOON)
    restored_marks()
    with transaction():
        one.taken_by = colleague.id
        accompanied(one, colleague)

    replayed()

    with transaction():
        duty.ring_holder("visit_missed", district=one.district, report_id=one.report_id, now=NOON)
    rung = db.session.scalars(select(Alert).where(Alert.kind == "visit_missed")).one()
    assert (rung.person_id, rung.role) == (None, "coordinator")


def accompanied(referral, by) -> None:
    """It was in care with them when the backup was made."""
    about = {"referral_id": referral.id, "district": referral.district, "risk": referral.risk}
    db.session.add(Case(id=make.fresh(), caseworker_id=by.id, opened_at=NOON, **about))


@pytest.mark.parametrize("in_backup", [False, True])
def test_whoever_was_let_back_is_let_back_after_a_restore(near, in_backup):
    head, colleague, one = near
    with transaction():
        related.keep_out(one, colleague, head, now=NOON)
    with transaction():
        related.let_back(one, colleague.id, "no_ties", head, now=NOON + timedelta(hours=1))
    mark = RelatedStaff(person_id=colleague.id, referral_id=one.id, marked_at=NOON)
    restored_marks(*[mark][: int(in_backup)])

    assert replayed() == int(in_backup)

    assert is_there(one, colleague)


def test_nobody_is_kept_out_again_of_what_was_forgotten(near):
    head, colleague, one = near
    with transaction():
        related.keep_out(one, colleague, head, now=NOON)
    with transaction():
        one.open = False
        forgetting.forget(one, now=NOON)

    assert replayed() == 0


def test_whoever_was_kept_out_of_a_lost_report_is_out_of_it_when_the_phone_sends_it_again(near):
    _head, colleague, _one = near
    lost = make.fresh()
    with transaction():
        journal.note(journal.KEPT_OUT, lost, now=NOON, person=str(colleague.id))

    assert (replayed(), replayed()) == (1, 0)
    with transaction():
        origin = reports.Origin(received_at=NOON, happened_at=NOON)
        again = parse("report.create", body_of_report())
        reports.write_down(lost, make.DISTRICT, again, origin, now=NOON)
        come = referrals.locked_of(lost)

    assert not is_there(come, colleague)
    assert replayed() == 0
