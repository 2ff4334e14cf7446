"""A restored backup must not let a revoked phone in again."""

from __future__ import annotations

from sqlalchemy import delete, update

from app.db import db, transaction
from app.models import Device, Invite, Server
from app.sealing import phone_keys
from app.services import journal, phones, replaying
from sync import epochs, inbox
from sync.protocol import Batch
from tests import make
from tests.enrolment import applicant, enrolled, invited, phone_of
from tests.make import NOON


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
