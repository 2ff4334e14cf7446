"""A telephone with a passkey, in Python: makes one, shows it, and can be told to cheat."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from html import unescape

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

ORIGIN = "http://localhost"
_PRESENT, _VERIFIED, _ATTESTED = 0x01, 0x04, 0x40
_OPTIONS = re.compile(r'data-options="([^"]+)"')


class Telephone:
    """One passkey. `origin` and `verified` are what its browser and its owner did."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.owner = b""
        self.count = 0

    def made(self, page: str) -> str:
        """Answer the page that asks for a new one."""
        asked = options_of(page)
        self.owner = _bytes(asked["user"]["id"])
        host = asked["rp"]["id"]
        credential = len(self.id).to_bytes(2, "big") + self.id + self._public()
        told = {
            "fmt": "none",
            "attStmt": {},
            "authData": self._said(host, _ATTESTED | _VERIFIED) + bytes(16) + credential,
        }
        client = _client("webauthn.create", asked["challenge"], ORIGIN)
        return self._answer(attestationObject=cbor2.dumps(told), clientDataJSON=client)

    def shown(self, page: str, *, origin: str = ORIGIN, verified: bool = True) -> str:
        """Answer the page that asks for it."""
        asked = options_of(page)
        self.count += 1
        said = self._said(asked["rpId"], _VERIFIED if verified else 0)
        client = _client("webauthn.get", asked["challenge"], origin)
        signed = said + hashlib.sha256(client).digest()
        return self._answer(
            authenticatorData=said,
            clientDataJSON=client,
            signature=self._key.sign(signed, ec.ECDSA(hashes.SHA256())),
            userHandle=self.owner,
        )

    def _said(self, host: str, flags: int) -> bytes:
        digest = hashlib.sha256(host.encode()).digest()
        return digest + bytes([_PRESENT | flags]) + self.count.to_bytes(4, "big")

    def _public(self) -> bytes:
        point = self._key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, **response: bytes) -> str:
        told = {name: _text(value) for name, value in response.items()}
        key = _text(self.id)
        return json.dumps({"id": key, "rawId": key, "type": "public-key", "response": told})


def options_of(page: str) -> dict:
    """Return what a page asks of a telephone."""
    return json.loads(unescape(_OPTIONS.search(page).group(1)))


def _client(kind: str, challenge: str, origin: str) -> bytes:
    return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
