"""The signed key lists: what phones seal to, and how it changes."""

from __future__ import annotations

import pytest

from app import sealing
from app.db import transaction, utc_now
from app.domain.errors import Missing
from app.services import keylists

DISTRICT = "33.02"


def test_a_phone_can_check_the_list_and_its_signer(app):
    key_list = keylists.current(DISTRICT)

    signed = sealing.SignedList(key_list.signed, key_list.signature, key_list.signer)

    assert sealing.signature_holds(signed)
    assert signed.listed["district"] == DISTRICT
    assert keylists.signer_fingerprint(DISTRICT) == sealing.fingerprint(key_list.signer)


def test_rotating_adds_keys_raises_the_serial_and_keeps_what_was_sealed(app, settings):
    before = keylists.current(DISTRICT)
    row_id = "7f0c2d4e-1111-4222-8333-444455556666"
    old = sealing.opener().seal_row(DISTRICT, "reports", row_id, {"note": "lama"})

    with transaction():
        keylists.rotate(settings, now=utc_now())

    after = keylists.current(DISTRICT)
    listed = sealing.SignedList(after.signed, after.signature, after.signer).listed
    assert after.serial == before.serial + 1
    assert [key["kid"] for key in listed["keys"]] == ["intake.33.02.1", "intake.33.02.2"]
    assert keylists.archive_key(DISTRICT).kid == "archive.33.02.2"
    # The running process reads the new file by itself, and the old text still opens.
    assert sealing.opener().seal_row(DISTRICT, "reports", row_id, {}).kid == "archive.33.02.2"
    assert sealing.opener().open_row("reports", row_id, *old) == {"note": "lama"}


def test_issuing_what_is_missing_twice_issues_once(app, settings):
    with transaction():
        assert keylists.issue_missing(settings, now=utc_now()) == []

    assert keylists.current(DISTRICT).serial == 1


def test_a_district_without_a_list_is_missing(app):
    with pytest.raises(Missing):
        keylists.current("52.72")


def test_the_push_key_is_the_vapid_point(app):
    assert keylists.push_key() == sealing.opener().vapid_public
