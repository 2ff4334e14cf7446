"""Files that hold secrets: 0600, wrapped by a master key, written whole or not at all."""

import json
import os
import stat
from pathlib import Path

from app.sealing import symmetric
from app.sealing.envelope import b64, unb64
from app.sealing.errors import KeysRefused, Malformed, Unreadable

PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


def make_folder(folder: Path) -> None:
    """Make the keys' folder, closed to everyone else."""
    folder.mkdir(parents=True, exist_ok=True, mode=PRIVATE_FOLDER)


def write_new(path: Path, raw: bytes) -> bool:
    """Write a file that does not exist yet; tell whether it was this call that did.

    Processes that start together must not each believe in their own key.
    """
    fresh = _written_beside(path, raw)
    try:
        os.link(fresh, path)
    except FileExistsError:
        return False
    finally:
        fresh.unlink()
    _settle(path.parent)
    return True


def replace(path: Path, raw: bytes) -> None:
    """Put `raw` in the place of a file, atomically and durably."""
    os.replace(_written_beside(path, raw), path)
    _settle(path.parent)


def read_private(path: Path) -> bytes:
    """Return a secret file's bytes.

    :raises KeysRefused: if it is missing or anyone but its owner may touch it.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise KeysRefused(f"{path.name} is missing") from None
    if stat.S_IMODE(mode) & 0o077:
        raise KeysRefused(f"{path.name} is open to others: chmod 600")
    return path.read_bytes()


def wrap(name: str, master: bytes, contents: dict) -> bytes:
    """Return the bytes of a key file."""
    plain = json.dumps(contents, separators=(",", ":")).encode()
    wrapped = b64(symmetric.lock(master, plain, _use(name)))
    return json.dumps({"siaga": name, "wrapped": wrapped}).encode() + b"\n"


def unwrap(name: str, master: bytes, raw: bytes) -> dict:
    """Return what `wrap` was given.

    :raises KeysRefused: if the master key is another one, or the file is damaged or another's.
    """
    try:
        locked = unb64(json.loads(raw)["wrapped"])
        return json.loads(symmetric.unlock(master, locked, _use(name)))
    except (Unreadable, Malformed, ValueError, KeyError, TypeError):
        pass
    raise KeysRefused(f"{name} does not open: wrong master key, or damaged")


def _use(name: str) -> bytes:
    return f"siaga/keyfile/1|{name}".encode()


def _written_beside(path: Path, raw: bytes) -> Path:
    fresh = path.with_name(f".{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE)
    with open(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    return fresh


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
