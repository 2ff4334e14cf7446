"""What the public process holds: pepper, share wrap and receipt key. It can open nothing else."""

import hashlib
import hmac
import re
from typing import NamedTuple
from uuid import UUID

from app.sealing import symmetric
from app.sealing.envelope import b64

SHARE_BYTES = 32
VERIFIER_BYTES = 32
_HALF = 12
_MAC = 16
_COUNT = re.compile(r"0|[1-9][0-9]{0,17}")


class Receipt(NamedTuple):
    """Where a stored envelope stands in this server's order."""

    epoch: int
    seq: int


class Cursor(NamedTuple):
    """How far a phone has read both of its streams."""

    epoch: int
    device: int
    district: int


class PhoneKeys:
    """The contents of `phones.keys`; shows none of them."""

    def __init__(self, *, pepper: bytes, share_wrap: bytes, receipt_key: bytes):
        self._pepper = pepper
        self._share_wrap = share_wrap
        self._receipt_key = receipt_key

    def __repr__(self) -> str:
        return "<PhoneKeys>"

    def verifier_mac(self, a: bytes) -> bytes:
        """Return what the server keeps instead of the verifier `A`."""
        return hmac.digest(self._pepper, a, "sha256")

    def verifies(self, a: bytes, mac: bytes) -> bool:
        """Tell, in constant time, whether `a` is the verifier behind `mac`."""
        return hmac.compare_digest(self.verifier_mac(a), mac)

    def address_mac(self, address: str) -> bytes:
        """Return what stands for a network address: without the pepper nobody can guess it back."""
        return hmac.digest(self._pepper, f"siaga/address/1|{address}".encode(), "sha256")

    def wrap_share(self, device_id: UUID | str, share: bytes) -> bytes:
        """Return a device's share as it may lie in the database."""
        return symmetric.lock(self._share_wrap, share, _share_use(device_id))

    def unwrap_share(self, device_id: UUID | str, wrapped: bytes) -> bytes:
        """Return a device's share.

        :raises Unreadable: if it was wrapped for another device or changed.
        """
        return symmetric.unlock(self._share_wrap, wrapped, _share_use(device_id))

    def receipt(self, epoch: int, seq: int, envelope_id: UUID | str, sha256: str) -> str:
        """Return `<epoch>.<server_seq>.<mac>` for a stored envelope.

        The mac's first half says that this server counted that far; it can be checked after a
        restore has lost the envelope. The second says that it was this envelope with these bytes.
        """
        place = f"{int(epoch)}.{int(seq)}"
        return (
            f"{place}.{b64(self._place_mac(place) + self._bytes_mac(place, envelope_id, sha256))}"
        )

    def check_receipt(
        self, receipt: str, envelope_id: UUID | str | None = None, sha256: str | None = None
    ) -> Receipt | None:
        """Return where the receipt stands, or None if this server's key did not make it.

        With an envelope's id and hash it must also be the receipt of exactly that envelope.
        """
        epoch, seq, mac = _three(receipt)
        if not _COUNT.fullmatch(epoch) or not _COUNT.fullmatch(seq):
            return None
        place = f"{epoch}.{seq}"
        expected, given = b64(self._place_mac(place)), mac[: _HALF * 4 // 3]
        if envelope_id is not None:
            expected, given = expected + b64(self._bytes_mac(place, envelope_id, sha256)), mac
        return Receipt(int(epoch), int(seq)) if _same(expected, given) else None

    def cursor(self, epoch: int, device: int, district: int, device_id: UUID | str) -> str:
        """Return `<epoch>.<device>.<district>.<mac>`, good for this device only."""
        place = f"{int(epoch)}.{int(device)}.{int(district)}"
        return f"{place}.{self._cursor_mac(place, device_id)}"

    def read_cursor(self, cursor: str, device_id: UUID | str) -> Cursor | None:
        """Return what a cursor says, or None if it was not made here for this device."""
        place, _, mac = cursor.rpartition(".")
        epoch, device, district = _three(place)
        if not all(_COUNT.fullmatch(count) for count in (epoch, device, district)):
            return None
        if not _same(self._cursor_mac(place, device_id), mac):
            return None
        return Cursor(int(epoch), int(device), int(district))

    def _place_mac(self, place: str) -> bytes:
        return self._mac(f"siaga/receipt/1|{place}")[:_HALF]

    def _bytes_mac(self, place: str, envelope_id: UUID | str, sha256: str | None) -> bytes:
        return self._mac(f"siaga/receipt-of/1|{place}|{envelope_id}|{sha256}")[:_HALF]

    def _cursor_mac(self, place: str, device_id: UUID | str) -> str:
        return b64(self._mac(f"siaga/cursor/1|{place}|{device_id}")[:_MAC])

    def _mac(self, message: str) -> bytes:
        return hmac.digest(self._receipt_key, message.encode(), "sha256")


def match_digits(device_id: UUID | str, public_key: bytes) -> str:
    """Return the four digits that phone and desk compare; the phone can compute them too."""
    seed = f"siaga/match/1|{device_id}|".encode() + public_key
    return f"{int.from_bytes(hashlib.sha256(seed).digest()[:8], 'big') % 10_000:04d}"


def _share_use(device_id: UUID | str) -> bytes:
    return symmetric.column_use("device", "share", device_id)


def _three(text: str) -> tuple[str, str, str]:
    parts = text.split(".") if isinstance(text, str) else []
    return tuple(parts) if len(parts) == 3 else ("", "", "")


def _same(expected: str, given: str) -> bool:
    return hmac.compare_digest(expected.encode(), given.encode())
