"""The sealed envelope: one HPKE primitive, the info that binds its use, its sizes.

Pure: bytes and keys in, bytes out. Knows neither Flask nor the database.
"""

import base64
import binascii
import hashlib
import json
import re
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from app.sealing.errors import Malformed, TooLarge, Unreadable

# P-256 because WebCrypto on phones of 2020 has it (RFC 9180, base mode, single shot).
SUITE = Suite(KEM.P256, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
VERSION = b"\x01"
ENC_BYTES = 65
TAG_BYTES = 16
OVERHEAD = len(VERSION) + ENC_BYTES + TAG_BYTES

KIB = 1024
ACT_SIZES = (KIB, 2 * KIB, 4 * KIB, 8 * KIB, 16 * KIB)
ROW_SIZES = (512, *ACT_SIZES)
ITEM_SIZES = ROW_SIZES
MOST_SEALED_BYTES = 17 * KIB

ITEM_SCHEMA = 1
ROW_SCHEMA = 1

_FIELD = re.compile(r"[a-z0-9._-]{1,64}")
_TABLE = re.compile(r"[a-z0-9_]{1,27}")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


def envelope_info(kid: str, id: UUID | str, schema: int) -> bytes:
    """Return the info of an act from a phone."""
    return _info("envelope", _field(kid), _id(id), _schema(schema))


def item_info(kind: str, device_id: UUID | str, id: UUID | str, schema: int) -> bytes:
    """Return the info of an item for a phone."""
    return _info("item", _field(kind), _id(device_id), _id(id), _schema(schema))


def column_info(kid: str, table: str, row_id: UUID | str, schema: int) -> bytes:
    """Return the info of the sealed text of a row."""
    if not _TABLE.fullmatch(table):
        raise Malformed("table")
    return _info("column", _field(kid), f"{table}.{_id(row_id)}", _schema(schema))


def seal(public_key: bytes, info: bytes, content: dict, sizes: tuple[int, ...]) -> bytes:
    """Return `content` padded to the next of `sizes` and sealed to an uncompressed P-256 point.

    :raises TooLarge: if the content does not fit the largest size.
    :raises Malformed: if the point is not on the curve.
    """
    return VERSION + SUITE.encrypt(padded(content, sizes), point(public_key), info=info)


def open_sealed(private: ec.EllipticCurvePrivateKey, info: bytes, sealed: bytes) -> dict:
    """Return the JSON object in `sealed`.

    Half a surrogate pair, which a phone leaves when it cuts an emoji, becomes U+FFFD: no database
    would store it.

    :raises Unreadable: if anything about it is not as promised; the cause is not told apart.
    """
    plain = _decrypted(private, info, sealed)
    content = None if plain is None else _parsed(plain)
    if content is None:
        # Raised outside the handlers: a JSON error in __context__ would carry the whole text.
        raise Unreadable("sealed bytes did not open")
    return content


def padded(content: dict, sizes: tuple[int, ...]) -> bytes:
    """Return `content` as UTF-8 JSON, filled with spaces to the next of `sizes`.

    :raises TooLarge: if it does not fit the largest.
    """
    text = json.dumps(_mended(content), ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    plain = text.encode()
    for size in sizes:
        if len(plain) <= size:
            return plain.ljust(size)
    raise TooLarge(f"{len(plain)} bytes do not fit {sizes[-1]}")


def digest(sealed: bytes) -> str:
    """Return the lower-case hex SHA-256 over sealed bytes."""
    return hashlib.sha256(sealed).hexdigest()


def b64(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Return the bytes of base64url without padding.

    :raises Malformed: if it is anything else, even another spelling of the same bytes.
    """
    if not isinstance(text, str) or not _BASE64URL.fullmatch(text):
        raise Malformed("base64url")
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError):
        raw = None
    if raw is None or b64(raw) != text:
        raise Malformed("base64url")
    return raw


def new_private() -> ec.EllipticCurvePrivateKey:
    """Return a fresh P-256 private key."""
    return ec.generate_private_key(ec.SECP256R1())


def private_from(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    """Return the private key of a 32-byte scalar."""
    return ec.derive_private_key(int.from_bytes(scalar, "big"), ec.SECP256R1())


def scalar_of(private: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the 32 bytes that `private_from` takes."""
    return private.private_numbers().private_value.to_bytes(32, "big")


def public_of(private: ec.EllipticCurvePrivateKey) -> bytes:
    """Return the uncompressed point, 65 bytes."""
    return private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def point(raw: bytes) -> ec.EllipticCurvePublicKey:
    """Return the public key of an uncompressed P-256 point.

    :raises Malformed: if it is not 65 bytes, not uncompressed or not on the curve.
    """
    if len(raw) != ENC_BYTES or raw[:1] != b"\x04":
        raise Malformed("point")
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), bytes(raw))
    except ValueError:
        raise Malformed("point") from None


def _decrypted(private: ec.EllipticCurvePrivateKey, info: bytes, sealed: bytes) -> bytes | None:
    if not sealed.startswith(VERSION) or not OVERHEAD < len(sealed) <= MOST_SEALED_BYTES:
        return None
    try:
        return SUITE.decrypt(sealed[len(VERSION) :], private, info=info)
    except InvalidTag:
        return None


def _parsed(plain: bytes) -> dict | None:
    if len(plain) > ROW_SIZES[-1]:
        return None
    try:
        content = json.loads(plain.decode(), parse_constant=_no_constant)
        return _mended(content) if isinstance(content, dict) else None
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str):
    raise ValueError("not JSON")


def _mended(value):
    match value:
        case str():
            if value.isascii():
                return value
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        case dict():
            return {_mended(key): _mended(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_mended(inner) for inner in value]
    return value


def _info(*fields: str) -> bytes:
    return "|".join(("siaga/1", *fields)).encode()


def _field(text: str) -> str:
    if not isinstance(text, str) or not _FIELD.fullmatch(text):
        raise Malformed("field")
    return text


def _id(id: UUID | str) -> str:
    text = str(id)
    if not _UUID.fullmatch(text):
        raise Malformed("id")
    return text


def _schema(schema: int) -> str:
    if type(schema) is not int or not 0 < schema < 10_000:
        raise Malformed("schema")
    return str(schema)
