"""Passkeys: made by somebody who is signed in, used to open the on-call card, removed.

A passkey never signs in to the desk. What it opens lasts some minutes and shows coded facts.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from app.db import db, row_lock
from app.domain.errors import Invalid, Missing
from app.domain.permissions import STAFF
from app.models import CardSession, Passkey, Person
from app.sealing import opener
from app.services import journal, trail
from app.services.limits import limit
from app.services.sessions import Staff, digest, works_here

# What a telephone's list of passkeys shows: nobody's name, and no word of violence.
NAME = "Piket"
MOST = 8


@dataclass(frozen=True, slots=True)
class Site:
    """The desk as browsers know it: a passkey belongs to its host."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is asked, as JSON, and the challenge that its answer must carry."""

    options: str
    challenge: bytes


def ask_for_new(person_id: UUID, site: Site) -> Asked:
    """Ask for a passkey that the telephone keeps itself and gives only to its owner."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import structs

    known = [structs.PublicKeyCredentialDescriptor(id=one.credential_id) for one in of(person_id)]
    asked = generate_registration_options(
        rp_id=site.host,
        rp_name=NAME,
        user_name=NAME,
        user_id=person_id.bytes,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=known,
    )
    return Asked(options_to_json(asked), asked.challenge)


def add(answer: str, challenge: bytes, site: Site, staff: Staff, *, now: datetime) -> Passkey:
    """Keep the public half of a passkey that was just made.

    :raises Invalid: if the answer does not fit what was asked, or there are too many already.
    """
    from webauthn import verify_registration_response

    if len(of(staff.id)) >= MOST:
        raise Invalid("passkey.many")
    with _told_plainly():
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    if db.session.scalar(select(Passkey.id).filter_by(credential_id=made.credential_id)):
        raise Invalid("passkey.refused")
    passkey = Passkey(
        id=uuid4(),
        person_id=staff.id,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
        made_at=now,
    )
    db.session.add(passkey)
    trail.append(staff.district, "passkey.add", "person", staff.id, by=staff.id, now=now)
    return passkey


def ask(site: Site) -> Asked:
    """Ask whoever holds a passkey of this site to show it."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    asked = generate_authentication_options(
        rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED
    )
    return Asked(options_to_json(asked), asked.challenge)


def open_card(answer: str, challenge: bytes, site: Site, *, now: datetime) -> str:
    """Open the card for whoever showed a passkey; return the cookie's reference.

    :raises Invalid: if it is none of ours, or its owner works here no more. One answer for all.
    """
    from webauthn import verify_authentication_response

    with _told_plainly():
        passkey = _shown(answer)
        shown = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    person = db.session.get_one(Person, passkey.person_id)
    if not works_here(person):
        raise Invalid("passkey.refused")
    passkey.sign_count, passkey.used_at = shown.new_sign_count, now
    reference = secrets.token_urlsafe(32)
    db.session.add(
        CardSession(reference_hash=digest(reference), passkey_id=passkey.id, began_at=now)
    )
    trail.append(person.district, "duty.enter", "person", person.id, by=person.id, now=now)
    return reference


def holder(reference: str | None, now: datetime) -> Staff | None:
    """Return whose card this reference opened, while it is open."""
    session = db.session.get(CardSession, digest(reference)) if reference else None
    passkey = db.session.get(Passkey, session.passkey_id) if session else None
    person = db.session.get(Person, passkey.person_id) if passkey else None
    if session is None or person is None or not works_here(person):
        return None
    if now - session.began_at >= limit(person.district, "on_call.card_open").span:
        return None
    label = str(opener().decrypt("people", "label", person.id, person.label))
    roles = person.role_codes & STAFF
    return Staff(person.id, person.district, roles, label, None, session.reference_hash)


def close_card(reference: str | None) -> None:
    """Close a card before its time."""
    if reference:
        gone = delete(CardSession).where(CardSession.reference_hash == digest(reference))
        db.session.execute(gone)


def of(person_id: UUID) -> list[Passkey]:
    """Return somebody's passkeys, oldest first."""
    found = select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.made_at)
    return list(db.session.scalars(found))


def remove(passkey_id: UUID, person_id: UUID, staff: Staff, *, now: datetime) -> None:
    """Let a passkey open nothing any more; the card that it opened closes.

    :raises Missing: if that person has no such passkey.
    """
    passkey = db.session.get(Passkey, passkey_id)
    person = db.session.get(Person, person_id)
    here = person is not None and person.district == staff.district
    if passkey is None or not here or passkey.person_id != person_id:
        raise Missing("passkey")
    forget(passkey_id)
    journal.note(journal.PASSKEY_REMOVED, passkey_id, now=now)
    trail.append(staff.district, "passkey.remove", "person", person_id, by=staff.id, now=now)


def forget(passkey_id: UUID) -> bool:
    """Delete a passkey; tell whether it was there."""
    db.session.execute(delete(CardSession).where(CardSession.passkey_id == passkey_id))
    return bool(db.session.execute(delete(Passkey).where(Passkey.id == passkey_id)).rowcount)


def _shown(answer: str) -> Passkey:
    """Return the passkey that an answer names, locked: its count goes up once."""
    from webauthn.helpers import parse_authentication_credential_json

    named = parse_authentication_credential_json(answer).raw_id
    found = db.session.scalar(
        select(Passkey).where(Passkey.credential_id == named).with_for_update(**row_lock(Passkey))
    )
    if found is None:
        raise Invalid("passkey.refused")
    return found


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Turn every complaint of the library into one refusal: it says nothing about why."""
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        yield
    except (WebAuthnException, ValueError):
        raise Invalid("passkey.refused") from None
