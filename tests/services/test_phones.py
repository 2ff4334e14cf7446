"""From the invite to the end of a phone: one active phone a cadre, and no share left on others."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app import sealing
from app.db import db, transaction
from app.domain.errors import Conflict, Invalid, Missing
from app.domain.permissions import Role
from app.models import Device, DistrictSetting, Invite, TrailRow
from app.services import changes, journal, keylists, phones
from tests import make
from tests.enrolment import applicant, enrolled, invited, phone_of
from tests.make import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def cadre(app):
    with transaction():
        return make.person()


# Inviting -------------------------------------------------------------------------------------


def test_the_invite_pins_the_signer_and_its_code_is_kept_nowhere(cadre):
    invite = invited(cadre)

    row = db.session.get(Invite, invite.id)
    assert invite.expires_at == NOON + timedelta(hours=72)
    assert invite.fingerprint == keylists.signer_fingerprint(make.DISTRICT)
    assert invite.link("https://buku.example").endswith(f"/#{invite.code}{invite.fingerprint}")
    assert invite.typed.replace("-", "").startswith(invite.code)
    assert invite.code.encode() not in row.code_hash
    assert invite.code not in repr(invite)


def test_a_code_that_is_read_out_lasts_a_day(cadre):
    assert invited(cadre, spoken=True).expires_at == NOON + timedelta(hours=24)


def test_a_district_can_let_its_invites_last_longer(cadre):
    with transaction() as session:
        session.add(DistrictSetting(district=make.DISTRICT, name="invite.lasts", value="100"))

    assert invited(cadre).expires_at == NOON + timedelta(hours=100)


def test_only_cadres_who_are_still_here_are_invited(app):
    with transaction():
        staff = make.person(Role.COORDINATOR)
        gone = make.person()
        gone.left_at = NOON

    with pytest.raises(Invalid), transaction():
        phones.invite(staff, now=NOON)
    with pytest.raises(Conflict), transaction():
        phones.invite(gone, now=NOON)


def test_a_new_invite_ends_the_one_that_was_not_used(cadre):
    former, latest = invited(cadre), invited(cadre)

    assert enrolled(applicant(former.code)) is None
    assert enrolled(applicant(latest.code)) is not None


# Enrolling ------------------------------------------------------------------------------------


def test_a_phone_enrols_as_pending_with_all_that_it_needs(cadre):
    admitted = enrolled(applicant(invited(cadre).code))

    device = admitted.device
    assert device.state == "pending"
    assert len(admitted.share) == 32
    assert admitted.match == phones.match(device)
    assert admitted.lease_hours == 24
    assert [area.code for area in admitted.villages] == ["33.02.17.2001", "33.02.17.2002"]
    assert sealing.fingerprint(sealing.unb64(admitted.keys["signer"])) == (
        keylists.signer_fingerprint(make.DISTRICT)
    )
    assert json.loads(device.kdf)["passes"] == 2


def test_the_database_holds_neither_share_nor_verifier_nor_session(cadre):
    admitted = enrolled(applicant(invited(cadre).code))

    row = db.session.get(Device, admitted.device.id)
    kept = b"".join([row.share, row.verifier_mac, row.session_hash])
    for secret in (admitted.share, b"a" * 32, admitted.session.encode()):
        assert secret not in kept
    for secret in (admitted.share, admitted.session):
        assert repr(secret) not in repr(admitted)


def test_a_lost_answer_is_given_again(cadre):
    who = applicant(invited(cadre).code)
    first = enrolled(who)

    again = enrolled(who, NOON + 71 * HOUR)

    assert again.device.id == first.device.id
    assert (again.share, again.match) == (first.share, first.match)
    assert enrolled(who, NOON + 73 * HOUR) is None


def test_a_phone_that_has_its_cookie_keeps_it(cadre):
    who = applicant(invited(cadre).code)
    first = enrolled(who)

    again = enrolled(replace(who, session=first.session))

    assert again.session == first.session
    assert enrolled(replace(who, session="another's")).session not in (first.session, "another's")


def test_other_digits_chosen_before_the_answer_came_are_the_ones_that_hold(cadre):
    who = applicant(invited(cadre).code)
    enrolled(who)

    admitted = enrolled(replace(who, verifier=b"b" * 32))

    assert sealing.phone_keys().verifies(b"b" * 32, admitted.device.verifier_mac)


def test_a_replayed_invite_lets_no_other_phone_in(cadre):
    code = invited(cadre).code
    enrolled(applicant(code))

    assert enrolled(applicant(code)) is None


def test_an_old_or_unknown_code_lets_nobody_in(cadre):
    invite = invited(cadre)

    assert enrolled(applicant(invite.code), NOON + 72 * HOUR) is None
    assert enrolled(applicant("0" * 12)) is None
    assert enrolled(applicant("hello")) is None


def test_an_ended_phone_does_not_come_back_by_its_old_code(cadre):
    who = applicant(invited(cadre).code)
    device = enrolled(who).device
    with transaction():
        phones.revoke(device, now=NOON)

    assert enrolled(who) is None


def test_somebody_who_left_meanwhile_does_not_get_in(cadre):
    code = invited(cadre).code
    with transaction() as session:
        session.merge(cadre).left_at = NOON

    assert enrolled(applicant(code)) is None


def test_enrolling_twice_at_once_makes_one_phone(app, cadre):
    who, found = applicant(invited(cadre).code), []

    def run():
        with app.app_context():
            found.append(enrolled(who).device.id)
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(found) == 6
    assert len(set(found)) == 1
    assert len(db.session.scalars(select(Device)).all()) == 1


def test_two_phones_with_one_code_race_and_one_wins(app, cadre):
    code, found = invited(cadre).code, []

    def run():
        with app.app_context():
            found.append(enrolled(applicant(code)))
            db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len([one for one in found if one is not None]) == 1


# Confirming and ending ------------------------------------------------------------------------


def test_confirming_ends_the_former_phone_and_asks_for_re_sealing(cadre):
    former = phone_of(cadre)
    with transaction():
        changes.tell_device(former, "visit", make.fresh(), {"state": "assigned"}, now=NOON)
    latest = phone_of(cadre, NOON + HOUR, confirm=False)
    assert former.state == "active"

    with transaction():
        phones.confirm(latest, now=NOON + HOUR)

    former = db.session.get(Device, former.id)
    assert (latest.state, latest.items_sealed_at) == ("active", None)
    assert (former.state, former.ended_why, former.share) == ("ended", "replaced", None)
    assert changes.active_phone(cadre.id).id == latest.id


def test_confirming_twice_is_once_and_an_ended_phone_is_never_confirmed(cadre):
    device = phone_of(cadre)
    with transaction():
        phones.confirm(device, now=NOON + HOUR)
        assert device.confirmed_at == NOON
        phones.revoke(device, now=NOON + HOUR)

    with pytest.raises(Conflict), transaction():
        phones.confirm(device, now=NOON + HOUR)


def test_a_revoked_phone_loses_its_share_and_the_journal_remembers(app, cadre):
    device = phone_of(cadre)

    with transaction():
        phones.revoke(device, now=NOON)
        phones.revoke(device, now=NOON)

    assert (device.state, device.ended_why, device.share) == ("ended", "revoked", None)
    # The session stays, so that what is unsent can still come and be answered "ended".
    assert device.session_hash is not None
    events = [(event["event"], event["id"]) for event in journal.events()]
    assert ("device.ended", str(device.id)) in events
    assert ("share.destroyed", str(device.id)) in events
    assert len(events) == len(set(events))
    assert [event for event, _ in events].count("invite.used") == 1


def test_what_is_rolled_back_is_not_in_the_journal(cadre):
    device = phone_of(cadre)
    before = journal.events()

    with pytest.raises(RuntimeError), transaction():
        phones.revoke(device, now=NOON)
        raise RuntimeError

    assert journal.events() == before
    assert journal.journal_path().stat().st_mode & 0o037 == 0


def test_a_phone_is_revoked_and_remembered_whoever_wrote_the_journal_first(cadre, monkeypatch):
    device = phone_of(cadre)
    first, before = journal.journal_path(), journal.events()
    first.chmod(0o440)
    monkeypatch.setattr("os.getuid", lambda: 4242)

    with transaction():
        phones.revoke(device, now=NOON + HOUR)

    assert journal.journal_path() != first
    events = journal.events()
    assert events[: len(before)] == before
    assert ("device.ended", str(device.id)) in [(one["event"], one["id"]) for one in events]


def test_each_step_leaves_a_trail_row_of_ids_and_codes(cadre):
    by = cadre.id
    invite = invited(cadre, by=by)
    device = enrolled(applicant(invite.code, label="HP Mawar")).device
    with transaction():
        phones.confirm(device, now=NOON, by=by)
        phones.revoke(device, now=NOON, by=by)

    rows = db.session.scalars(select(TrailRow).order_by(TrailRow.seq)).all()
    acts = [row.act for row in rows if row.act.startswith("phone.")]
    assert acts == ["phone.invite", "phone.enrol", "phone.confirm", "phone.revoked"]
    written = " ".join(f"{row.act} {row.object_id} {row.reason}" for row in rows)
    assert invite.code not in written
    assert "Mawar" not in written


def test_an_unknown_phone_is_missing(app):
    with pytest.raises(Missing):
        phones.find(make.fresh())
