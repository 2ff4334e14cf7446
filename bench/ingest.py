"""What it costs to take in envelopes: 50 a request, against the obvious endpoint with one a POST.

Both run in one go, under the same gunicorn, on the same PostgreSQL with durable commits, asked by
the same eight connections. The ratios are the result; the figures are of this machine.
"""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import secrets
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import sqlalchemy

from bench import place

CONNECTIONS = 8
BATCH = 50
OURS, OBVIOUS = 20_000, 3_000
SEALED_BYTES = 1 + 65 + 1024 + 16  # An act padded to 1 KiB, the commonest size.
WANTED = 10
DISTRICT = "33.02"


@dataclass(frozen=True)
class Cost:
    """What one side took."""

    records: int
    seconds: float
    cpu_web: float
    cpu_database: float

    @property
    def a_second(self) -> float:
        return self.records / self.seconds

    @property
    def cpu_ms(self) -> float:
        return (self.cpu_web + self.cpu_database) / self.records * 1000


def envelopes(number: int) -> list[dict]:
    """Envelopes as one phone sends them, in order; random bytes look like sealed ones."""
    return [_envelope(seq) for seq in range(1, number + 1)]


def _envelope(seq: int) -> dict:
    sealed = b"\x01" + secrets.token_bytes(SEALED_BYTES - 1)
    return {
        "id": str(uuid4()),
        "kid": f"intake.{DISTRICT}.1",
        "schema": 1,
        "seq": seq,
        "sha256": hashlib.sha256(sealed).hexdigest(),
        "sealed": base64.urlsafe_b64encode(sealed).rstrip(b"=").decode(),
    }


def measured(
    port: int, pids: tuple[int, int], path: str, cookies: list[str], bodies: list
) -> tuple:
    """Send all bodies, each phone its own list; return seconds and the processors' seconds."""
    before = [place.cpu_seconds(pid) for pid in pids]
    start = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(lambda cookie, own: _send(port, path, cookie, own), cookies, bodies))
    seconds = time.perf_counter() - start
    return seconds, *(place.cpu_seconds(pid) - was for pid, was in zip(pids, before, strict=True))


def _send(port: int, path: str, cookie: str, bodies: list[tuple[bytes, int]]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    headers = {"Content-Type": "application/json", "X-Siaga": "1", "Cookie": cookie}
    for body, expected in bodies:
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        stored = answer.read().count(b'"stored"')
        if answer.status != 200 or stored != expected:
            raise RuntimeError(f"{path}: {answer.status}, {stored} of {expected} stored")
    connection.close()


def ours(here: Path, url: str, pg: int) -> Cost:
    """Measure `POST /sync/v1/envelopes`."""
    from app.config import Settings

    with place.valkey(here) as queue:
        settings = Settings(
            env="test",
            parts=frozenset({"sync"}),
            data_dir=here / "data",
            keys_dir=here / "keys",
            database_url=url,
            valkey_url=queue,
            cadre_url="http://localhost",
            desk_url="http://localhost",
            secret_key=secrets.token_hex(16),
        )
        references = _enrolled(settings)
        environment = {
            "SIAGA_ENV": "test",
            "SIAGA_DATA": str(settings.data_dir),
            "SIAGA_KEYS": str(settings.keys_dir),
            "SIAGA_DATABASE_URL": url,
            "SIAGA_VALKEY_URL": queue,
            "PARTS": "sync",
        }
        now = datetime.now(UTC).isoformat()
        bodies = [list(_batches(now, envelopes(OURS // CONNECTIONS))) for _ in references]
        with place.served("wsgi:app", environment) as (port, web):
            cookies = [f"__Host-siaga={reference}" for reference in references]
            warm = [own[:1] for own in bodies]
            measured(port, (web, pg), "/sync/v1/envelopes", cookies, warm)
            cost = measured(
                port, (web, pg), "/sync/v1/envelopes", cookies, [own[1:] for own in bodies]
            )
    return Cost(OURS - BATCH * CONNECTIONS, *cost)


def _batches(now: str, sent: list[dict]) -> Iterator[tuple[bytes, int]]:
    for start in range(0, len(sent), BATCH):
        some = sent[start : start + BATCH]
        yield json.dumps({"device_now": now, "envelopes": some}).encode(), len(some)


def _enrolled(settings) -> list[str]:
    """Make tables, a district and eight active phones; return their session references."""
    from app import create_app
    from app.db import db, transaction
    from app.models import Area, Device, District, Person, Server
    from app.sealing import make_development_keys

    settings.data_dir.mkdir()
    make_development_keys(settings, [DISTRICT])
    references = [secrets.token_urlsafe(32) for _ in range(CONNECTIONS)]
    now = datetime.now(UTC)
    app = create_app(settings)
    with app.app_context():
        db.create_all()
        with transaction() as session:
            session.add(Area(code=DISTRICT, level="regency", parent_code=None, name="CONTOH"))
            session.flush()
            session.add(District(code=DISTRICT))
            session.add(Server(epoch=int(now.timestamp())))
            session.flush()
            for reference in references:
                cadre = Person(id=uuid4(), district=DISTRICT, label=b"", created_at=now)
                session.add(cadre)
                session.flush()
                session.add(
                    Device(
                        person_id=cadre.id,
                        district=DISTRICT,
                        state="active",
                        public_key=bytes(65),
                        verifier_mac=bytes(32),
                        kdf="{}",
                        session_hash=hashlib.sha256(reference.encode()).digest(),
                        enrolled_at=now,
                    )
                )
        db.engine.dispose()
    return references


def obvious(url: str, pg: int) -> Cost:
    """Measure the obvious endpoint."""
    import os

    os.environ["OBVIOUS_DATABASE_URL"] = url
    from bench.obvious import Phone, create_app, db

    references = [secrets.token_urlsafe(32) for _ in range(CONNECTIONS)]
    app = create_app()
    with app.app_context():
        for reference in references:
            digest = hashlib.sha256(reference.encode()).digest()
            db.session.add(Phone(id=uuid4(), session_hash=digest))
        db.session.commit()
        db.engine.dispose()
    bodies = [
        [(json.dumps(one).encode(), 1) for one in envelopes(OBVIOUS // CONNECTIONS)]
        for _ in references
    ]
    with place.served("bench.obvious:create_app()", {"OBVIOUS_DATABASE_URL": url}) as (port, web):
        cookies = [f"session={reference}" for reference in references]
        first, rest = ([own[:1] for own in bodies], [own[1:] for own in bodies])
        measured(port, (web, pg), "/envelopes", cookies, first)
        cost = measured(port, (web, pg), "/envelopes", cookies, rest)
    return Cost(OBVIOUS - CONNECTIONS, *cost)


def main() -> int:
    """Measure both, print the table; 1 if a ratio is below ten."""
    with place.folder() as here, place.postgresql(here) as (url, pg):
        control = sqlalchemy.create_engine(url, isolation_level="AUTOCOMMIT")
        urls = {}
        for name in ("ours", "obvious"):
            with control.connect() as connection:
                connection.exec_driver_sql(f"CREATE DATABASE {name}")
            made = sqlalchemy.make_url(url).set(database=name)
            urls[name] = made.render_as_string(hide_password=False)
        control.dispose()
        theirs = obvious(urls["obvious"], pg)
        mine = ours(here, urls["ours"], pg)
    rate, cpu = mine.a_second / theirs.a_second, theirs.cpu_ms / mine.cpu_ms
    print("ingest             records/s   CPU ms a record (web + database)")
    for name, cost in (("obvious, 1 a POST", theirs), (f"ours, {BATCH} a POST", mine)):
        web, database = (cpu / cost.records * 1000 for cpu in (cost.cpu_web, cost.cpu_database))
        print(f"{name:<18} {cost.a_second:>9,.0f}   {cost.cpu_ms:.3f} ({web:.3f} + {database:.3f})")
    print(f"ratio              {rate:>8.1f}×   {cpu:.1f}×   (wanted: {WANTED}×)")
    return 0 if min(rate, cpu) >= WANTED else 1


if __name__ == "__main__":
    sys.exit(main())
