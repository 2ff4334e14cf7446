"""The messages between a cadre's phone and the server, version 1. Pure; the source of `openapi.py`.

Phones in the field run old code for years: add, never rename, never reuse. A field that is not
listed here is ignored, so that an old server understands a newer phone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

ENVELOPE_SCHEMA = 1
"""The newest schema of an act that this server opens; every older one is converted upwards."""
ITEM_SCHEMA = 1
"""The schema in which items are sealed today; a phone that reads less is told to upgrade."""

MOST_ENVELOPES = 50
LARGEST_BATCH = 256 * 1024
LARGEST_SEALED = 17 * 1024
LARGEST_BODY = 16 * 1024
"""Everything that is not a batch."""
MOST_ITEMS = 100

UUID4 = r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_LINE = r"^[^\u0000-\u001f\u007f]*$"

Id = Annotated[str, Meta(pattern=UUID4, min_length=36, max_length=36)]
Kid = Annotated[str, Meta(pattern=r"^[a-z0-9._-]{1,64}$", max_length=64)]
Sha256 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", min_length=64, max_length=64)]
Base64Url = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]*$")]
Point = Annotated[str, Meta(pattern=r"^B[A-Za-z0-9_-]{86}$", min_length=87, max_length=87)]
"""An uncompressed P-256 point, 65 bytes."""
Secret = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{43}$", min_length=43, max_length=43)]
"""32 bytes."""
Count = Annotated[int, Meta(ge=0, le=2**53 - 1)]
Schema = Annotated[int, Meta(ge=1, le=9_999)]
Time = Annotated[datetime, Meta(tz=True)]
Line = Annotated[str, Meta(pattern=_LINE, max_length=80)]


# Enrol, unlock ---------------------------------------------------------------------------------


class Kdf(Struct, frozen=True):
    """How the phone made `A` of the PIN: so that a later phone can be told to make it harder."""

    name: Literal["argon2id", "pbkdf2-sha256"]
    memory_kib: Annotated[int, Meta(ge=0, le=2**20)]
    passes: Annotated[int, Meta(ge=1, le=10_000_000)]


class NewDevice(Struct, frozen=True):
    public_key: Point
    label: Annotated[str, Meta(pattern=_LINE, max_length=60)]


class Enrolment(Struct, frozen=True):
    """`code` as typed: case, spaces, hyphens, O/I/L are forgiven; the fingerprint is not sent."""

    code: Annotated[str, Meta(pattern=_LINE, min_length=1, max_length=64)]
    device: NewDevice
    verifier: Secret
    kdf: Kdf


class SignedKeys(Struct, frozen=True):
    signed: Base64Url
    signature: Base64Url
    signer: Point


class Village(Struct, frozen=True):
    code: str
    name: str


class Profile(Struct, frozen=True):
    district: str
    villages: list[Village]
    language: str


class Enrolled(Struct, frozen=True):
    device_id: Id
    share: Secret
    match: Annotated[str, Meta(pattern=r"^[0-9]{4}$")]
    keys: SignedKeys
    profile: Profile
    lease_hours: int
    server_time: Time


class Unlock(Struct, frozen=True):
    device_id: Id
    proof: Secret


class Unlocked(Struct, frozen=True):
    share: Secret
    lease_hours: int
    wrong_tries: list[Time]
    server_time: Time
    pending: bool = False
    """The four digits were not compared yet."""


class ChangeVerifier(Struct, frozen=True):
    proof: Secret
    verifier: Secret
    kdf: Kdf


# Send ------------------------------------------------------------------------------------------


class Envelope(Struct, frozen=True):
    """`seq` rises by one from 1; one that has lost its count goes on anywhere from 2^32 upwards,
    where no number counts as missing.
    """

    id: Id
    kid: Kid
    schema: Schema
    seq: Count
    sha256: Sha256
    sealed: Base64Url


class Batch(Struct, frozen=True):
    """`envelopes` stay raw: one that is malformed is answered alone, its neighbours are stored."""

    device_now: Time
    envelopes: list[Raw]
    last_receipt: Annotated[str, Meta(max_length=200)] | None = None

    def __post_init__(self) -> None:
        _in_utc(self.device_now)


class Result(Struct, frozen=True, omit_defaults=True):
    """`id` and `sha256` are left out when what came has none that could be repeated."""

    status: Literal["stored", "duplicate", "conflict", "later", "malformed"]
    id: Id | UnsetType = UNSET
    sha256: Sha256 | UnsetType = UNSET
    receipt: str | UnsetType = UNSET
    retry_after: Annotated[int, Meta(ge=1)] | UnsetType = UNSET


class Sent(Struct, frozen=True, omit_defaults=True):
    epoch: Count
    server_time: Time
    results: list[Result]
    ended: bool = False


class Act(Struct, frozen=True):
    """An opened envelope. `body` is judged by `app.domain.fields.parse`, not here."""

    act: str
    at: Time
    by: str
    unlocked: bool
    body: dict


# Fetch -----------------------------------------------------------------------------------------

SealedKind = Literal["visit", "visit_details", "report_status", "message", "alert"]
OpenKind = Literal["checklist", "directory", "cover", "keys", "policy"]


class Item(Struct, frozen=True, omit_defaults=True):
    """Exactly one of `sealed`, `open` and `gone`. Known by (kind, id).

    `match` is only ever `gone`: the four digits of this phone were compared.
    """

    id: str
    kind: str
    schema: int
    sealed: Base64Url | UnsetType = UNSET
    open: dict | UnsetType = UNSET
    gone: bool = False


class Changes(Struct, frozen=True, omit_defaults=True):
    epoch: Count
    cursor: str
    items: list[Item]
    more: bool
    reset: bool = False


# Tell, subscribe -------------------------------------------------------------------------------


class PhoneState(Struct, frozen=True):
    """What the phone says of itself: for the desk's "silent phones" and "dead alerts"."""

    app: Line
    schema: Schema
    unsent: Annotated[int, Meta(ge=0, le=1_000_000)]
    oldest_unsent_at: Time | None = None
    push: bool = False
    persisted: bool = False
    shown: Annotated[list[Id], Meta(max_length=200)] = []
    lease_until: Time | None = None
    acts: Count | None = None
    """How many acts it ever sealed, unsent or receipted. It falls only where storage was lost."""

    def __post_init__(self) -> None:
        _in_utc(self.lease_until)


class PushKeys(Struct, frozen=True):
    p256dh: Point
    auth: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{22}$", min_length=22, max_length=22)]


class PushSubscription(Struct, frozen=True):
    endpoint: Annotated[str, Meta(pattern=r"^https?://[!-~]+$", max_length=2000)]
    keys: PushKeys
    expirationTime: float | None = None  # noqa: N815 — the browser's own spelling


def _in_utc(moment: datetime | None) -> None:
    """Refuse a moment that UTC cannot name, such as midnight of the year 1 east of Greenwich."""
    try:
        moment and moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("not a moment") from None


# Problems --------------------------------------------------------------------------------------

PROBLEMS: dict[str, tuple[int, str]] = {
    "body.not_json": (400, "The body is not JSON in UTF-8."),
    "body.invalid": (400, "The body is JSON, but not this message."),
    "body.too_large": (413, "The body is over the limit; send half."),
    "batch.too_many": (413, "More than 50 envelopes; send half."),
    "body.type": (415, "The content type is not application/json."),
    "origin.refused": (403, "Not from the app itself: Sec-Fetch-Site, Origin or X-Siaga."),
    "session.none": (401, "No session and no known device. Keep everything; enrol or unlock."),
    "session.ended": (401, "This device was ended. Send all, then remove all."),
    "enrol.refused": (403, "Wrong, old or used code: one answer for all."),
    "enrol.slow": (429, "Too many wrong codes from this address; see Retry-After."),
    "unlock.wrong": (403, "Not the right proof."),
    "unlock.destroyed": (410, "There is no share any more: enrol again. Unsent acts stay."),
    "push.host": (422, "Not a push service that this server sends to."),
    "missing": (404, "There is no such thing, or it is not yours."),
    "method.refused": (405, "Not with this method."),
}


def is_clean(envelope: Envelope) -> bool:
    """Tell whether the patterns hold to the last character.

    In Python `$` also matches before a newline at the end, in the browser it does not.
    """
    return re.fullmatch(r"[a-z0-9._-]{1,64}", envelope.kid) is not None
