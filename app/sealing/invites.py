"""Invite codes: twelve characters of Crockford base32, as people read, type and misread them."""

import hashlib
import re
import secrets
from typing import NamedTuple

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 12
TYPED_DIGITS = 16
_FORGIVEN = str.maketrans({"O": "0", "I": "1", "L": "1"})


class Typed(NamedTuple):
    """What was typed by hand: the code, and the first 16 hex digits of the fingerprint."""

    code: str
    fingerprint_start: str


def new_code() -> str:
    """Return a code of 60 random bits, without hyphens."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def read_code(text: str) -> str | None:
    """Return the code that was meant, or None; case, spaces, hyphens and O/I/L are forgiven."""
    if not isinstance(text, str) or len(text) > 64:
        return None
    code = re.sub(r"[\s-]", "", text).upper().translate(_FORGIVEN)
    good = len(code) == CODE_LENGTH and all(letter in ALPHABET for letter in code)
    return code if good else None


def code_hash(code: str) -> bytes:
    """Return the SHA-256 of a code; the code itself is never stored."""
    return hashlib.sha256(code.encode("ascii")).digest()


def link(origin: str, code: str, fingerprint: str) -> str:
    """Return the invite as a link; what follows `#` is never sent to any server."""
    return f"{origin.rstrip('/')}/#{code}{fingerprint}"


def typed_form(code: str, fingerprint: str) -> str:
    """Return code and fingerprint digits in groups of four, to read out and to type."""
    text = code + fingerprint[:TYPED_DIGITS].upper()
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def read_typed(text: str) -> Typed | None:
    """Return what `typed_form` shows, however it was typed, or None."""
    plain = re.sub(r"[\s-]", "", text).upper().translate(_FORGIVEN)
    code, rest = read_code(plain[:CODE_LENGTH]), plain[CODE_LENGTH:].lower()
    if code is None or not re.fullmatch(r"[0-9a-f]{16}", rest):
        return None
    return Typed(code, rest)
