"""The public side of the keys: what any process may seal to, and the lists phones are given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.domain.errors import Missing
from app.models import District, KeyList, PublicKey
from app.sealing import ARCHIVE, INTAKE, KeyFolder, Opener, b64, fingerprint, point, unb64
from app.services import changes, trail

KEYS = "keys"
PUSH = "push"


def issue(district: str, settings, *, now: datetime) -> KeyList:
    """Publish a district's keys as the key files have them, and sign its next list.

    Needs `district.keys` and `signing.key`, so only commands call it.

    :raises KeysAbsent: if this process has no master key for one of them.
    """
    folder = KeyFolder.of(settings)
    opener, signer = folder.load_opener(), folder.load_signer()
    _publish(district, opener, now)
    latest = db.session.scalar(select(func.max(KeyList.serial)).filter_by(district=district))
    serial = (latest or 0) + 1
    signed = signer.key_list(district, serial, now, opener.public_keys(INTAKE, district))
    issued = KeyList(
        district=district,
        serial=serial,
        signed=signed.signed,
        signature=signed.signature,
        signer=signed.signer,
        issued_at=now,
    )
    db.session.add(issued)
    db.session.flush()
    changes.tell_district(district, KEYS, as_told(issued), now=now)
    trail.append(district, "keys.issue", "key_list", f"{district}.{serial}", by=None, now=now)
    return issued


def issue_missing(settings, *, now: datetime) -> list[KeyList]:
    """Issue a list for every district that has none yet."""
    listed = select(KeyList.district)
    codes = db.session.scalars(select(District.code).where(District.code.not_in(listed))).all()
    return [issue(code, settings, now=now) for code in codes]


def rotate(settings, *, districts: Iterable[str] | None = None, now: datetime) -> list[KeyList]:
    """Give districts new intake and archive keys and re-issue their lists; old halves stay.

    Phones go on sealing to the former key until they have fetched the new list.

    :raises KeysAbsent: if this process has no master key for the files.
    """
    folder = KeyFolder.of(settings)
    codes = list(districts or db.session.scalars(select(District.code).order_by(District.code)))
    for code in codes:
        folder.rotate(code, now)
    return [issue(code, settings, now=now) for code in codes]


def current(district: str) -> KeyList:
    """Return the newest list of a district.

    :raises Missing: if none was issued yet.
    """
    found = db.session.scalars(
        select(KeyList).filter_by(district=district).order_by(KeyList.serial.desc()).limit(1)
    ).first()
    if found is None:
        raise Missing("keys.none")
    return found


def as_told(key_list: KeyList) -> dict[str, str]:
    """Return a list as JSON carries it to a phone: exactly as signed."""
    return {
        "signed": b64(key_list.signed),
        "signature": b64(key_list.signature),
        "signer": b64(key_list.signer),
    }


def signer_fingerprint(district: str) -> str:
    """Return the 32 hex digits that pin who signs this district's lists."""
    return fingerprint(current(district).signer)


def archive_key(district: str) -> PublicKey:
    """Return the newest archive key of a district: what any process may seal a row to.

    :raises Missing: if none was published yet.
    """
    return _newest(PublicKey.district == district, PublicKey.use == ARCHIVE)


def push_key() -> str:
    """Return the VAPID point that phones subscribe with, base64url.

    :raises Missing: if none was published yet.
    """
    return b64(_newest(PublicKey.use == PUSH).public_key)


def _newest(*which) -> PublicKey:
    found = db.session.scalars(select(PublicKey).where(*which)).all()
    if not found:
        raise Missing("keys.none")
    # By number: a key made in the same second as another must still come after it.
    return max(found, key=lambda key: int(key.kid.rpartition(".")[2]))


def _publish(district: str, opener: Opener, now: datetime) -> None:
    for use in (INTAKE, ARCHIVE):
        for pair in opener.public_keys(use, district):
            _keep(pair.kid, district, use, pair.public, datetime.fromisoformat(pair.not_before))
    _keep("push.1", "", PUSH, unb64(opener.vapid_public), now)


def _keep(kid: str, district: str, use: str, public_key: bytes, not_before: datetime) -> None:
    point(public_key)
    if db.session.get(PublicKey, kid) is None:
        db.session.add(
            PublicKey(
                kid=kid, district=district, use=use, public_key=public_key, not_before=not_before
            )
        )
