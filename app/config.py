"""Every setting: its name, default and meaning. The only reader of the environment."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

PARTS = frozenset({"cadre", "sync", "desk", "partner"})
COVERS = ("posyandu", "warga")
ROOT = Path(__file__).resolve().parent.parent

# RQ and Valkey are reached by a Unix socket, whose path the kernel cuts at 108 bytes.
LONGEST_SOCKET_PATH = 107


class Misconfigured(Exception):
    """The process must not start; the message says which setting is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process was told when it started. Secrets never show in its `repr`."""

    env: str
    """`development`, `production` or `test`."""
    parts: frozenset[str]
    """Which audiences this process serves: any of `cadre`, `sync`, `desk`, `partner`."""
    data_dir: Path
    """The database, the job queue's socket and the journal lie here."""
    keys_dir: Path
    """`district.keys`, `phones.keys`, `signing.key`; never inside `data_dir` in production."""
    database_url: str
    valkey_url: str
    cadre_url: str
    """Where a phone finds the app: `https://host`, without a path."""
    desk_url: str
    secret_key: str = field(repr=False)
    """Signs the desk's form tokens."""
    masters: Mapping[str, bytes] = field(repr=False, default_factory=dict)
    """Master keys by key file (`district`, `phones`, `signing`), 32 bytes each, where given."""
    push_test_origin: str | None = None
    """One literal origin added to the push allow-list, so that a test can run its own service."""
    fault: str | None = None
    """The named point at which a test wants this process killed; ignored unless `env` is `test`."""
    partner_url: str = ""
    """Where a partner answers by a link: a host of its own, else the desk's; never the cadres'."""
    cover: str = "posyandu"
    """What the phone's app calls itself: `posyandu` or `warga`. Set before the first install, then
    fixed: `keep_cover`."""
    proxies: int = 0
    """How many trusted reverse proxies stand in front (0: believe no forwarded header)."""

    @property
    def production(self) -> bool:
        return self.env == "production"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings of this process.

    :raises Misconfigured: if one is missing or unsafe; the message names it.
    """
    env = os.environ if environ is None else environ
    kind = env.get("SIAGA_ENV", "development")
    if kind not in {"development", "production", "test"}:
        raise Misconfigured(f"SIAGA_ENV is {kind!r}: use development, production or test.")
    data_dir = Path(env.get("SIAGA_DATA", ROOT / "var" / "data")).expanduser().resolve()
    keys_dir = Path(env.get("SIAGA_KEYS", f"{data_dir}.keys")).expanduser().resolve()
    port = env.get("PORT", "8000")
    settings = Settings(
        env=kind,
        parts=_parts(env.get("PARTS", "cadre,sync,desk,partner")),
        data_dir=data_dir,
        keys_dir=keys_dir,
        database_url=env.get("SIAGA_DATABASE_URL", f"sqlite:///{data_dir / 'siaga.db'}"),
        valkey_url=env.get("SIAGA_VALKEY_URL", f"unix://{valkey_socket(data_dir)}"),
        cadre_url=env.get("SIAGA_CADRE_URL", f"http://localhost:{port}"),
        desk_url=env.get("SIAGA_DESK_URL", f"http://localhost:{port}"),
        partner_url=env.get("SIAGA_PARTNER_URL", ""),
        secret_key=env.get("SIAGA_SECRET_KEY", ""),
        masters=_masters(env),
        push_test_origin=env.get("SIAGA_PUSH_TEST_ORIGIN") or None,
        fault=env.get("SIAGA_FAULT") if kind == "test" else None,
        cover=_cover(env.get("SIAGA_COVER", "posyandu")),
        proxies=int(env.get("SIAGA_PROXIES", "0")),
    )
    if settings.production:
        _refuse_unsafe(settings, env)
    if not settings.secret_key:
        settings = _with_development_secret(settings)
    return settings


def valkey_socket(data_dir: Path) -> Path:
    """Return where the embedded Valkey listens: beside the database if the path is short."""
    beside = data_dir / "valkey.sock"
    if len(str(beside).encode()) <= LONGEST_SOCKET_PATH:
        return beside
    name = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(os.environ.get("XDG_RUNTIME_DIR") or tempfile.gettempdir()) / f"siaga-{name}.sock"


def _parts(text: str) -> frozenset[str]:
    parts = frozenset(name.strip() for name in text.split(",") if name.strip())
    if unknown := parts - PARTS:
        raise Misconfigured(
            f"PARTS names {', '.join(sorted(unknown))}: use {', '.join(sorted(PARTS))}."
        )
    return parts


def _cover(name: str) -> str:
    if name not in COVERS:
        raise Misconfigured(f"SIAGA_COVER is {name!r}: use {' or '.join(COVERS)}.")
    return name


def keep_cover(settings: Settings) -> None:
    """Note by what a host name is known to phones; a book on a home screen never becomes another.

    :raises Misconfigured: if it was known by another cover.
    """
    place = settings.data_dir / f"cover.{urlsplit(settings.cadre_url).hostname}"
    if (known := _said_first(place, settings.cover)) != settings.cover:
        raise Misconfigured(
            f"SIAGA_COVER is {settings.cover!r}, but phones know this host name by {known!r}: give"
            f" another cover a host name of its own. No phone has it yet? Remove {place.name}."
        )


def _masters(env: Mapping[str, str]) -> dict[str, bytes]:
    masters = {}
    for name in ("district", "phones", "signing"):
        text = env.get(f"SIAGA_MASTER_{name.upper()}")
        credential = Path(env.get("CREDENTIALS_DIRECTORY", "/nonexistent")) / f"master.{name}"
        if text is None and credential.is_file():
            text = credential.read_text().strip()
        if not text:
            continue
        try:
            master = bytes.fromhex(text)
        except ValueError:
            master = b""
        if len(master) != 32:
            raise Misconfigured(f"SIAGA_MASTER_{name.upper()} must be 64 hexadecimal digits.")
        masters[name] = master
    return masters


def _refuse_unsafe(settings: Settings, env: Mapping[str, str]) -> None:
    if settings.push_test_origin:
        raise Misconfigured("SIAGA_PUSH_TEST_ORIGIN is for tests: remove it in production.")
    if settings.keys_dir.is_relative_to(settings.data_dir):
        raise Misconfigured(
            "SIAGA_KEYS lies inside SIAGA_DATA: a copy of one would be a copy of both."
        )
    for name in ("SIAGA_SECRET_KEY", "SIAGA_CADRE_URL", "SIAGA_DATABASE_URL", "SIAGA_VALKEY_URL"):
        if not env.get(name):
            raise Misconfigured(f"{name} is missing: production has no default for it.")
    needed = {"phones"} if settings.parts & {"cadre", "sync"} else set()
    needed |= {"district"} if "desk" in settings.parts else set()
    for name in sorted(needed - settings.masters.keys()):
        raise Misconfigured(
            f"SIAGA_MASTER_{name.upper()} is missing: {name}.keys cannot be opened."
        )
    if env.get("SIAGA_BACKUP_TO") and not env.get("SIAGA_BACKUP_RECIPIENT"):
        raise Misconfigured("SIAGA_BACKUP_RECIPIENT is missing: backups leave only encrypted.")
    for name in ("cadre_url", "desk_url", "partner_url"):
        given = getattr(settings, name) or settings.desk_url
        if urlsplit(given).scheme != "https":
            raise Misconfigured(f"SIAGA_{name.upper()} must begin with https:// in production.")


def _with_development_secret(settings: Settings) -> Settings:
    # Several development processes must agree on it, so it rests with the development keys.
    from dataclasses import replace

    place = settings.keys_dir / "secret.development"
    settings.keys_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    return replace(settings, secret_key=_said_first(place, secrets.token_hex(32)))


def _said_first(place: Path, text: str) -> str:
    """Return what stands there; this, if nothing did."""
    if not place.exists():
        fresh = place.with_name(f"{place.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(text)
        with contextlib.suppress(FileExistsError):  # Another process was first: use its word.
            os.link(fresh, place)
        fresh.unlink()
    return place.read_text()
