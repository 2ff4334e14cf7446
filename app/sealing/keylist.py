"""The signed list of intake keys that phones hold, and the fingerprint that pins its signer."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils

from app.sealing.district import Pair
from app.sealing.envelope import b64, point, public_of
from app.sealing.errors import Malformed

PREFIX = b"siaga/keys/1|"
_SIDE = 32


@dataclass(frozen=True)
class SignedList:
    """A key list exactly as signed, its raw `r ‖ s`, and the signer's point."""

    signed: bytes
    signature: bytes
    signer: bytes

    @property
    def listed(self) -> dict:
        return json.loads(self.signed.removeprefix(PREFIX))


class Signer:
    """The contents of `signing.key`: the key that signs now, and the one that will sign next."""

    def __init__(self, current: ec.EllipticCurvePrivateKey, following: ec.EllipticCurvePrivateKey):
        self._current = current
        self._following = following

    def __repr__(self) -> str:
        return f"<Signer {self.fingerprint}>"

    @property
    def point(self) -> bytes:
        return public_of(self._current)

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.point)

    def key_list(
        self, district: str, serial: int, issued_at: datetime, intake: Sequence[Pair]
    ) -> SignedList:
        """Return the signed list of a district's intake keys, oldest first.

        `serial` must rise: phones refuse a lower one.
        """
        listed = {
            "district": district,
            "serial": serial,
            "issued_at": issued_at.isoformat(),
            "next_signer": b64(public_of(self._following)),
            "keys": [
                {"kid": p.kid, "public_key": b64(p.public), "not_before": p.not_before}
                for p in sorted(intake, key=lambda p: p.not_before)
            ],
        }
        signed = PREFIX + json.dumps(listed, separators=(",", ":")).encode()
        return SignedList(signed, _signature(self._current, signed), self.point)


def fingerprint(signer: bytes) -> str:
    """Return 32 hex digits: the first 16 bytes of SHA-256 over the signer's point."""
    return hashlib.sha256(signer).hexdigest()[:32]


def signature_holds(key_list: SignedList) -> bool:
    """Tell whether the list is what its signer signed."""
    r, s = key_list.signature[:_SIDE], key_list.signature[_SIDE:]
    if len(key_list.signature) != 2 * _SIDE or not key_list.signed.startswith(PREFIX):
        return False
    der = utils.encode_dss_signature(int.from_bytes(r, "big"), int.from_bytes(s, "big"))
    try:
        point(key_list.signer).verify(der, key_list.signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, Malformed):
        return False
    return True


def _signature(private: ec.EllipticCurvePrivateKey, signed: bytes) -> bytes:
    # WebCrypto reads raw r ‖ s, OpenSSL writes DER.
    r, s = utils.decode_dss_signature(private.sign(signed, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(_SIDE, "big") + s.to_bytes(_SIDE, "big")
