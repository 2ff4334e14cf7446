"""AES-256-GCM as the server uses it for what it must read back: a 12-byte IV in front."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.sealing.errors import Malformed, Unreadable

IV_BYTES = 12
KEY_BYTES = 32


def new_key() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


class Lock:
    """A key that is set up once: that costs more than to open something with it."""

    def __init__(self, key: bytes):
        self._cipher = AESGCM(key)

    def __repr__(self) -> str:
        return "<Lock>"

    def lock(self, plain: bytes, use: bytes) -> bytes:
        """Return IV and ciphertext, bound to `use`."""
        iv = secrets.token_bytes(IV_BYTES)
        return iv + self._cipher.encrypt(iv, plain, use)

    def unlock(self, locked: bytes, use: bytes) -> bytes:
        """Return what was locked for exactly this use.

        :raises Unreadable: if it was changed, or locked for another use or under another key.
        """
        try:
            return self._cipher.decrypt(locked[:IV_BYTES], locked[IV_BYTES:], use)
        except (InvalidTag, ValueError):
            raise Unreadable("locked bytes did not open") from None


def lock(key: bytes, plain: bytes, use: bytes) -> bytes:
    """Return IV and ciphertext, bound to `use`."""
    return Lock(key).lock(plain, use)


def unlock(key: bytes, locked: bytes, use: bytes) -> bytes:
    """Return what was locked for exactly this use.

    :raises Unreadable: if it was changed, or locked for another use or under another key.
    """
    try:
        return Lock(key).unlock(locked, use)
    except ValueError:
        raise Unreadable("locked bytes did not open") from None


def column_use(table: str, column: str, row_id: object) -> bytes:
    """Return the AAD of one column of one row.

    :raises Malformed: if a part could be mistaken for another.
    """
    row = str(row_id)
    use = f"{table}|{column}|{row}"
    if not (table and column and row) or use.count("|") != 2:
        raise Malformed("column")
    return use.encode()
