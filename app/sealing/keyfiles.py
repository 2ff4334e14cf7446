"""The three key files and their master keys: making, loading, rotating.

`district.keys` for worker and desk, `phones.keys` for the public process, `signing.key` for
`flask keys` only. Each has its own master key, given by the environment; in development the
master keys lie beside the files.
"""

import fcntl
import os
from collections.abc import Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from app.sealing import symmetric, wrapped
from app.sealing.district import ARCHIVE, INTAKE, Opener, Pair, new_pair
from app.sealing.envelope import b64, new_private, private_from, scalar_of, unb64
from app.sealing.errors import KeysAbsent, KeysRefused
from app.sealing.keylist import Signer
from app.sealing.phonekeys import PhoneKeys

DISTRICT = "district"
PHONES = "phones"
SIGNING = "signing"
FILES = {DISTRICT: "district.keys", PHONES: "phones.keys", SIGNING: "signing.key"}


@dataclass(frozen=True)
class KeyFolder:
    """Where the key files lie, and the master keys this process was given."""

    path: Path
    masters: Mapping[str, bytes] = field(repr=False, default_factory=dict)
    production: bool = False

    @classmethod
    def of(cls, settings) -> "KeyFolder":
        """Return the folder that the settings name.

        :raises KeysRefused: in production, if it lies inside the data directory.
        """
        folder = cls(Path(settings.keys_dir), settings.masters, settings.production)
        folder.refuse_inside(Path(settings.data_dir))
        return folder

    def refuse_inside(self, data_dir: Path) -> None:
        """Refuse, in production, keys that a copy of the data directory would carry along."""
        if self.production and self.path.resolve().is_relative_to(data_dir.resolve()):
            raise KeysRefused("the keys lie inside the data directory")

    def has(self, which: str) -> bool:
        """Tell whether this process could load a file: it is there, and so is its master."""
        return self._file(which).exists() and self._master(which) is not None

    def load_opener(self) -> Opener:
        """Return what worker and desk hold. :raises KeysRefused: if it cannot be had."""
        return _opener(self._read(DISTRICT))

    def load_phone_keys(self) -> PhoneKeys:
        """Return what the public process holds. :raises KeysRefused: if it cannot be had."""
        kept = self._read(PHONES)
        return PhoneKeys(**{name: unb64(kept[name]) for name in _PHONE_KEYS})

    def load_signer(self) -> Signer:
        """Return who signs key lists. :raises KeysRefused: if it cannot be had."""
        kept = self._read(SIGNING)
        return Signer(*(private_from(unb64(kept[name])) for name in ("current", "following")))

    def make_missing(self, districts: Iterable[str], now: datetime) -> None:
        """Make what is missing: master keys (in development), the three files, new districts."""
        wrapped.make_folder(self.path)
        for which, contents in (
            (DISTRICT, _new_district_keys),
            (PHONES, _new_phone_keys),
            (SIGNING, _new_signing_key),
        ):
            if self._file(which).exists():
                continue
            master = self._master(which) or self._new_master(which)
            raw = wrapped.wrap(FILES[which], master, contents())
            wrapped.write_new(self._file(which), raw)
        self._add_districts(districts, now)

    def rotate(self, district: str, now: datetime) -> None:
        """Give a district a new intake and a new archive pair; the private halves before stay.

        :raises KeysAbsent: if the district has no keys yet.
        """
        with self._rewriting() as kept:
            for use in (INTAKE, ARCHIVE):
                newest = _opener(kept).public_keys(use, district)[-1]
                number = int(newest.kid.rpartition(".")[2]) + 1
                # A clock set back must not put the new key before the old one.
                since = max(now.isoformat(), newest.not_before)
                kept["pairs"].append(_kept(new_pair(use, district, number, since)))

    def rotate_signer(self) -> None:
        """Let the next signer, whom phones already know from their list, sign from now on."""
        kept = self._read(SIGNING)
        turned = {"current": kept["following"], "following": b64(scalar_of(new_private()))}
        raw = wrapped.wrap(FILES[SIGNING], self._needed_master(SIGNING), turned)
        wrapped.replace(self._file(SIGNING), raw)

    def _add_districts(self, districts: Iterable[str], now: datetime) -> None:
        known = self.load_opener().districts
        if not (missing := [district for district in districts if district not in known]):
            return
        with self._rewriting() as kept:
            present = {Pair(p["kid"], None, "").district for p in kept["pairs"]}
            for district in missing:
                if district not in present:
                    kept["pairs"] += [
                        _kept(new_pair(use, district, 1, now.isoformat()))
                        for use in (INTAKE, ARCHIVE)
                    ]

    @contextmanager
    def _rewriting(self):
        with open(self.path / ".lock", "w", opener=_private_open) as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = self._read(DISTRICT)
            yield kept
            raw = wrapped.wrap(FILES[DISTRICT], self._needed_master(DISTRICT), kept)
            wrapped.replace(self._file(DISTRICT), raw)

    def _read(self, which: str) -> dict:
        raw = wrapped.read_private(self._file(which))
        return wrapped.unwrap(FILES[which], self._needed_master(which), raw)

    def _file(self, which: str) -> Path:
        return self.path / FILES[which]

    def _needed_master(self, which: str) -> bytes:
        if (master := self._master(which)) is None:
            raise KeysAbsent(f"no master key for {FILES[which]}")
        return master

    def _master(self, which: str) -> bytes | None:
        if which in self.masters:
            return self.masters[which]
        beside = self.path / f"master.{which}"
        if self.production or not beside.exists():
            return None
        return bytes.fromhex(wrapped.read_private(beside).decode().strip())

    def _new_master(self, which: str) -> bytes:
        if self.production:
            raise KeysAbsent(f"no master key for {FILES[which]}")
        wrapped.write_new(self.path / f"master.{which}", symmetric.new_key().hex().encode())
        return self._needed_master(which)


def make_development_keys(settings, districts: Iterable[str], now: datetime | None = None) -> None:
    """Make the key files and master keys that development and tests lack; keep those there are.

    :raises KeysRefused: in production, where they are made with care and elsewhere.
    """
    if settings.production:
        raise KeysRefused("development keys are not for production")
    KeyFolder.of(settings).make_missing(districts, now or datetime.now(UTC))


_PHONE_KEYS = ("pepper", "share_wrap", "receipt_key")


def _opener(kept: dict) -> Opener:
    return Opener(
        pairs=[
            Pair(p["kid"], private_from(unb64(p["private"])), p["not_before"])
            for p in kept["pairs"]
        ],
        server_key=unb64(kept["server_key"]),
        blind_key=unb64(kept["blind_key"]),
        vapid=private_from(unb64(kept["vapid"])),
    )


def _kept(pair: Pair) -> dict:
    private = b64(scalar_of(pair.private))
    return {"kid": pair.kid, "private": private, "not_before": pair.not_before}


def _new_district_keys() -> dict:
    return {
        "pairs": [],
        "server_key": b64(symmetric.new_key()),
        "blind_key": b64(symmetric.new_key()),
        "vapid": b64(scalar_of(new_private())),
    }


def _new_phone_keys() -> dict:
    return {name: b64(symmetric.new_key()) for name in _PHONE_KEYS}


def _new_signing_key() -> dict:
    return {name: b64(scalar_of(new_private())) for name in ("current", "following")}


def _private_open(path: str, flags: int) -> int:
    return os.open(path, flags, wrapped.PRIVATE_FILE)
