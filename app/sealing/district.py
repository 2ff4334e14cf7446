"""The one class that can open what was sealed to a district; only worker and desk hold it."""

import hmac
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec

from app.sealing import symmetric
from app.sealing.envelope import (
    ROW_SCHEMA,
    ROW_SIZES,
    b64,
    column_info,
    envelope_info,
    new_private,
    open_sealed,
    public_of,
    scalar_of,
    seal,
)
from app.sealing.errors import KeysAbsent, Unreadable

INTAKE = "intake"
ARCHIVE = "archive"


class SealedRow(NamedTuple):
    """The three columns of a row with sealed text."""

    sealed: bytes
    kid: str
    schema: int


@dataclass(frozen=True, repr=False)
class Pair:
    """One key pair of a district, with the name that envelopes carry."""

    kid: str
    private: ec.EllipticCurvePrivateKey
    not_before: str

    @property
    def public(self) -> bytes:
        return public_of(self.private)

    @property
    def district(self) -> str:
        return self.kid.split(".", 1)[1].rpartition(".")[0]

    def __repr__(self) -> str:
        return f"<Pair {self.kid}>"


def kid_of(use: str, district: str, number: int) -> str:
    """Return the name of a district's key: `intake.33.02.1`."""
    return f"{use}.{district}.{number}"


class Opener:
    """The contents of `district.keys`: opens envelopes and rows, and shows no key."""

    def __init__(
        self,
        *,
        pairs: Sequence[Pair],
        server_key: bytes,
        blind_key: bytes,
        vapid: ec.EllipticCurvePrivateKey,
    ):
        self._pairs = {pair.kid: pair for pair in pairs}
        self._server_key = symmetric.Lock(server_key)  # A page opens hundreds of values.
        self._blind_key = blind_key
        self._vapid = vapid

    def __repr__(self) -> str:
        return f"<Opener {' '.join(sorted(self._pairs))}>"

    @property
    def districts(self) -> list[str]:
        """The districts whose texts this process can open."""
        return sorted({pair.district for pair in self._pairs.values()})

    @property
    def vapid_private(self) -> str:
        """The VAPID private scalar, base64url, as pywebpush takes it."""
        return b64(scalar_of(self._vapid))

    @property
    def vapid_public(self) -> str:
        """The VAPID public point, base64url, as `PushManager.subscribe` takes it."""
        return b64(public_of(self._vapid))

    def public_keys(self, use: str, district: str) -> list[Pair]:
        """Return a district's pairs for one use, oldest first; the last is the one to seal to.

        :raises KeysAbsent: if there is none.
        """
        found = [p for p in self._pairs.values() if p.kid.startswith(f"{use}.{district}.")]
        if not found:
            raise KeysAbsent(f"no {use} key of this district")
        return sorted(found, key=lambda p: int(p.kid.rpartition(".")[2]))

    def open_envelope(self, kid: str, id: UUID | str, schema: int, sealed: bytes) -> dict:
        """Return the act that a phone sealed.

        :raises Unreadable: if the key is unknown, or the bytes are not this envelope's.
        """
        return open_sealed(self._private(INTAKE, kid), envelope_info(kid, id, schema), sealed)

    def seal_row(
        self, district: str, table: str, row_id: UUID | str, texts: Mapping[str, object]
    ) -> SealedRow:
        """Return the sealed text columns of a row, to the district's newest archive key.

        :raises TooLarge: if the texts exceed 16 KiB.
        """
        newest = self.public_keys(ARCHIVE, district)[-1]
        return seal_to_district_row(newest.public, newest.kid, table, row_id, texts)

    def open_row(
        self, table: str, row_id: UUID | str, sealed: bytes, kid: str, schema: int
    ) -> dict:
        """Return all sealed texts of a row. The caller writes the trail row.

        :raises Unreadable: if the text is another row's, changed, or its key is unknown.
        """
        info = column_info(kid, table, row_id, schema)
        return open_sealed(self._private(ARCHIVE, kid), info, sealed)

    def encrypt(self, table: str, column: str, row_id: object, value: object) -> bytes:
        """Return JSON-able `value` under the server key, bound to its table, column and row."""
        plain = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
        return self._server_key.lock(plain, symmetric.column_use(table, column, row_id))

    def decrypt(self, table: str, column: str, row_id: object, locked: bytes) -> object:
        """Return what `encrypt` was given.

        :raises Unreadable: if it stood in another place, or was changed.
        """
        use = symmetric.column_use(table, column, row_id)
        return json.loads(self._server_key.unlock(locked, use).decode())

    def blind(self, district: str, number: str) -> int:
        """Return the 16-bit keyed hash of a phone number: finds candidates, proves nothing."""
        message = f"siaga/blind/1|{district}|{dialled(number)}".encode()
        return int.from_bytes(hmac.digest(self._blind_key, message, "sha256")[:2], "big")

    def _private(self, use: str, kid: str) -> ec.EllipticCurvePrivateKey:
        pair = self._pairs.get(kid)
        if pair is None or not kid.startswith(f"{use}."):
            raise Unreadable("unknown key")
        return pair.private


def seal_to_district_row(
    public_key: bytes, kid: str, table: str, row_id: UUID | str, texts: Mapping[str, object]
) -> SealedRow:
    """Seal a row's texts to an archive key of which only the public half is here.

    The public process uses it for push subscriptions: it can write them and never read them.
    """
    info = column_info(kid, table, row_id, ROW_SCHEMA)
    return SealedRow(seal(public_key, info, dict(texts), ROW_SIZES), kid, ROW_SCHEMA)


def dialled(number: str) -> str:
    """Return an Indonesian number's digits without 0 or +62 in front, however it was written."""
    return re.sub(r"^(62|0)+", "", re.sub(r"\D", "", number))


def new_pair(use: str, district: str, number: int, not_before: str) -> Pair:
    """Return a fresh pair for a district."""
    return Pair(kid_of(use, district, number), new_private(), not_before)
