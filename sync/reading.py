"""One envelope of a batch: on its pattern and with the bytes that were hashed, or malformed."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from msgspec import UNSET, Raw, Struct, UnsetType

from app.sealing import Malformed, digest, unb64
from sync.protocol import LARGEST_SEALED, Envelope, Id, Result, is_clean
from sync.wire import Refused, decoded


@dataclass(frozen=True, slots=True)
class Readable:
    """An envelope that can be stored. Nothing else about its bytes was judged."""

    id: UUID
    kid: str
    schema: int
    seq: int
    sha256: str
    sealed: bytes = field(repr=False)

    @property
    def key(self) -> tuple[UUID, str]:
        """What makes two envelopes the same one."""
        return self.id, self.sha256


class Named(Struct, frozen=True):
    """As much of a malformed envelope as can be answered by."""

    id: Id


def read_one(raw: Raw) -> Readable | Result:
    """Return the envelope, or its `malformed` result."""
    try:
        envelope = decoded(raw, Envelope)
        sealed = unb64(envelope.sealed)
    except (Refused, Malformed):
        return Result(status="malformed", id=_id_in(raw))
    sha256 = digest(sealed)
    fits = 0 < len(sealed) <= LARGEST_SEALED and sha256 == envelope.sha256 and is_clean(envelope)
    if not fits:
        return Result(status="malformed", id=envelope.id, sha256=sha256)
    return Readable(UUID(envelope.id), envelope.kid, envelope.schema, envelope.seq, sha256, sealed)


def _id_in(raw: Raw) -> str | UnsetType:
    """Return the id of a malformed envelope if that at least is one: the phone must know which."""
    try:
        return decoded(raw, Named).id
    except Refused:
        return UNSET
