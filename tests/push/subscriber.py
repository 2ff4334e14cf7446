"""A browser's subscription without the browser: makes the keys, opens what it is sent."""

import base64
import json
import os
import time
from urllib.parse import urlsplit

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

DAY = 24 * 3600


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Subscriber:
    """`as_json` is what `PushSubscription.toJSON()` gives in a browser."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._private = ec.generate_private_key(ec.SECP256R1())
        self._secret = os.urandom(16)

    @property
    def token(self) -> str:
        return urlsplit(self.endpoint).path.rsplit("/", 1)[-1]

    @property
    def as_json(self) -> dict:
        point = self._private.public_key().public_bytes(
            Encoding.X962, PublicFormat.UncompressedPoint
        )
        return {
            "endpoint": self.endpoint,
            "expirationTime": None,
            "keys": {"p256dh": b64(point), "auth": b64(self._secret)},
        }

    def opened(self, body: bytes) -> bytes:
        return http_ece.decrypt(
            body, private_key=self._private, auth_secret=self._secret, version="aes128gcm"
        )


def refused_vapid(headers, origin: str, key: str | None) -> str:
    """Return why a push service would refuse this `Authorization`, or nothing (RFC 8292)."""
    scheme, _, rest = headers.get("Authorization", "").partition(" ")
    parts = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme.lower() != "vapid" or not {"t", "k"} <= set(parts):
        return "no vapid"
    head, claims, signature = parts["t"].split(".")
    raw = unb64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), unb64(parts["k"]))
    try:
        public.verify(der, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        return "signature"
    said = json.loads(unb64(claims))
    if said.get("aud") != origin:
        return "audience"
    if not time.time() < said.get("exp", 0) <= time.time() + DAY + 60:
        return "expiry"
    if not str(said.get("sub", "")).startswith(("mailto:", "https:")):
        return "subject"
    if key and unb64(key.rstrip("=")) != unb64(parts["k"]):
        return "another key"
    return ""
