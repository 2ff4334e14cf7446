"""The routes by which a phone comes in and is opened: enrol, unlock, change the PIN."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from uuid import UUID

import msgspec
from flask import Response, request

from app.db import transaction, utc_now
from app.sealing import b64, phone_keys, point, unb64
from app.sealing.errors import Malformed
from app.services import enrolling, unlocking
from app.services.enrolling import Admitted, Applicant
from app.services.unlocking import Answer
from sync.protocol import (
    ChangeVerifier,
    Enrolled,
    Enrolment,
    Profile,
    SignedKeys,
    Unlock,
    Unlocked,
    Village,
)
from sync.wire import COOKIE, Refused, answer, bp, nothing, phone, read, renew_cookie, set_cookie


@bp.post("/enrolments")
def enrol() -> Response:
    """Let a phone in by its code. Wrong, old, used with another key: one answer for all."""
    applicant, now = _applicant(read(Enrolment)), utc_now()
    wait = None
    with transaction():
        admitted = enrolling.enrol(applicant, now=now)
        if admitted is None:
            wait = enrolling.count_wrong_code(_address_mac(), now=now)
        enrolled = admitted and _enrolled(admitted, now)
    if enrolled is None:
        raise Refused("enrol.slow", retry_after=wait) if wait else Refused("enrol.refused")
    answered = answer(enrolled, 201)
    set_cookie(answered, admitted.session)
    return answered


@bp.post("/unlocks")
def unlock() -> Response:
    """Release the share against the right proof, with or without a session."""
    asked, now = read(Unlock), utc_now()
    proof = _bytes(asked.proof)
    with transaction():
        counted = unlocking.count(UUID(asked.device_id), now=now)
    with transaction():
        unlocked = unlocking.unlock(counted, proof, now=now)
        if not isinstance(unlocked, Answer):
            enrolling.has_answer(unlocked.device, now=now)
            session = enrolling.session_of(unlocked.device, request.cookies.get(COOKIE))
    if isinstance(unlocked, Answer):
        raise Refused(unlocked.value)
    answered = answer(
        Unlocked(
            share=b64(unlocked.share),
            lease_hours=unlocked.lease_hours,
            wrong_tries=unlocked.wrong_tries,
            server_time=now,
            pending=unlocked.device.state == "pending",
        )
    )
    set_cookie(answered, session)
    return answered


@bp.put("/verifier")
def change_verifier() -> Response:
    """Let another PIN open this phone. Sent again, it is done again."""
    asked, now = read(ChangeVerifier), utc_now()
    proof, verifier = _bytes(asked.proof), _bytes(asked.verifier)
    device = phone()
    with transaction():
        counted = unlocking.count(device.id, now=now)
    with transaction():
        said = unlocking.change_verifier(
            counted, proof, verifier, msgspec.to_builtins(asked.kdf), now=now
        )
    if said is not Answer.RIGHT:
        raise Refused(said.value)
    return renew_cookie(nothing())


def _applicant(asked: Enrolment) -> Applicant:
    return Applicant(
        code=asked.code,
        public_key=_point(asked.device.public_key),
        label=asked.device.label,
        verifier=_bytes(asked.verifier),
        kdf=msgspec.to_builtins(asked.kdf),
        session=request.cookies.get(COOKIE),
    )


def _enrolled(admitted: Admitted, now) -> Enrolled:
    device = admitted.device
    villages = [Village(area.code, area.name) for area in admitted.villages]
    return Enrolled(
        device_id=str(device.id),
        share=b64(admitted.share),
        match=admitted.match,
        keys=SignedKeys(**admitted.keys),
        profile=Profile(device.district, villages, device.person.language),
        lease_hours=admitted.lease_hours,
        server_time=now,
    )


def _bytes(text: str) -> bytes:
    try:
        return unb64(text)
    except Malformed:
        pass
    raise Refused("body.invalid")


def _point(text: str) -> bytes:
    raw = _bytes(text)
    try:
        point(raw)
    except Malformed:
        raise Refused("body.invalid") from None
    return raw


def _address_mac() -> bytes:
    """Return what stands for the sender's address; one household's IPv6 network counts as one."""
    try:
        address = ip_address(request.remote_addr or "")
    except ValueError:
        return phone_keys().address_mac("unknown")
    if address.version == 6:
        address = ip_network((address, 64), strict=False).network_address
    return phone_keys().address_mac(str(address))
