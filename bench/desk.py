"""What pages of the desk cost with a million referrals (100,000 open), and beside a thousand.

Both districts stand on one PostgreSQL, each behind the gunicorn of production, asked in turn over
HTTP by somebody who is signed in; the obvious queue (`offset`) is asked in the same run. Times are
of this machine and of what else runs on it: the ratios are the result, and the processor's time.
"""

from __future__ import annotations

import hashlib
import http.client
import os
import re
import secrets
import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import sqlalchemy

from bench import crowd, offset, place

MANY = int(os.environ.get("SIAGA_CROWD", "1000000"))
FEW = 1000
ROUNDS = int(os.environ.get("SIAGA_ROUNDS", "6"))
ASKED = int(os.environ.get("SIAGA_ASKED", "40"))
DEPTHS = (0.0, 0.5, 0.99)
# A page that takes seconds is not asked a hundred times for its figure: everybody waits for it.
PATIENCE = 4.0
LEAST = 3
WARM = 11
SECRET = secrets.token_hex(20)


@dataclass
class Side:
    """One served district: where it is asked, and what its pages are called there."""

    port: int
    pids: tuple[int, ...]
    pages: dict[str, tuple[str, str]]
    """Name → (cookie, path)."""
    seconds: dict[str, list[float]] = field(default_factory=dict)
    cpu: dict[str, float] = field(default_factory=dict)
    length: dict[str, int] = field(default_factory=dict)

    def ask(self, name: str, times: int, *, count: bool = True) -> None:
        """Ask for a page so many times, one after the other; for as long as patience lasts."""
        cookie, path = self.pages[name]
        until = time.perf_counter() + PATIENCE
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        before = sum(map(place.cpu_seconds, self.pids))
        for asked in range(times):
            start = time.perf_counter()
            if start > until and asked >= LEAST:
                break
            connection.request("GET", path, headers={"Cookie": cookie})
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{name}: {answer.status}")
            if count:
                self.seconds.setdefault(name, []).append(time.perf_counter() - start)
        self.length[name] = len(body)
        if count:
            spent = sum(map(place.cpu_seconds, self.pids)) - before
            self.cpu[name] = self.cpu.get(name, 0) + spent
        connection.close()

    def p(self, name: str, part: float) -> float:
        """The milliseconds that this part of the answers took at most."""
        took = sorted(self.seconds[name])
        return took[min(len(took) - 1, int(part * len(took)))] * 1000

    def cpu_ms(self, name: str) -> float:
        """The processor's time an answer, web and database."""
        return self.cpu[name] / len(self.seconds[name]) * 1000


@contextmanager
def district(here: Path, root: str, pg: int, name: str, many: int) -> Iterator[Side]:
    """Fill a district and serve it as in production."""
    _created(root, name)
    url = _named(root, name)
    environment = {
        "SIAGA_DATA": str(here / name),
        "SIAGA_KEYS": str(here / "keys"),
        "SIAGA_DATABASE_URL": url,
        "SIAGA_VALKEY_URL": f"unix://{here / 'none.sock'}",
        "SIAGA_SECRET_KEY": SECRET,
    }
    start = time.perf_counter()
    pages = _filled(environment, many)
    print(f"{many:>9,} referrals made in {time.perf_counter() - start:.0f} s", flush=True)
    masters = {
        f"SIAGA_MASTER_{which.upper()}": (here / "keys" / f"master.{which}").read_text().strip()
        for which in ("district", "phones")
    }
    urls = {"SIAGA_CADRE_URL": "https://kader.invalid", "SIAGA_DESK_URL": "https://meja.invalid"}
    served = environment | masters | urls | {"SIAGA_ENV": "production"}
    with place.served("wsgi:app", served) as (port, web):
        yield Side(port, (web, pg), pages)


def _filled(environment: dict[str, str], many: int) -> dict[str, tuple[str, str]]:
    from app import create_app
    from app.cli.demo import prepare
    from app.config import load_settings
    from app.db import db, utc_now
    from app.models import StaffAccount

    app = create_app(load_settings(environment))
    with app.app_context():
        prepare(app.config["SIAGA"])
        found = db.select(StaffAccount.sign_in_name, StaffAccount.person_id)
        staff = dict(db.session.execute(found).all())
        crowd.fill(many, staff["teratai"], now=utc_now())
        crowd.count(now=utc_now())
        cookies = {name: _signed_in(app, person) for name, person in staff.items()}
        pages = _pages(cookies)
        db.session.remove()
        db.engine.dispose()
    return pages


def _pages(cookies: dict[str, str]) -> dict[str, tuple[str, str]]:
    from app.db import db
    from app.models import Case, Referral, StaffAccount, Visit, VisitRecord

    queue = db.select(Referral.due_at, Referral.id, Referral.village).where(Referral.open.is_(True))
    queue = queue.order_by(Referral.due_at, Referral.id)
    many = db.session.scalar(db.select(db.func.count()).select_from(queue.subquery()))
    desk, care, head = cookies["mawar"], cookies["teratai"], cookies["wijaya"]
    pages = {}
    for depth in DEPTHS:
        at = db.session.execute(queue.offset(max(0, int(many * depth) - 60)).limit(1)).one()
        after = f"?after={at.due_at.timestamp():.6f}.{at.id.hex}" if depth else ""
        pages[f"queue at {depth:.0%}"] = (desk, f"/desk/queue{after}")
    own = db.select(Case.id).join(StaffAccount, StaffAccount.person_id == Case.caseworker_id)
    own = own.where(Case.closed_at.is_(None), StaffAccount.sign_in_name == "teratai")
    case = db.session.scalar(own.order_by(Case.opened_at.desc()).limit(1))
    lived_in = db.select(Case.id, StaffAccount.sign_in_name).join(Visit, Visit.case_id == Case.id)
    lived_in = lived_in.join(StaffAccount, StaffAccount.person_id == Case.caseworker_id)
    full = db.session.execute(lived_in.join(VisitRecord).limit(1)).first()
    lists = {"unread": "tab=unread", "high": "tab=high", "village": f"village={at.village}"}
    pages |= {f"queue, {name}": (desk, f"/desk/queue?{asked}") for name, asked in lists.items()}
    if full is not None:  # One of the demonstration, with all that belongs to a case.
        pages["case, lived in"] = (cookies[full.sign_in_name], f"/desk/cases/{full.id}")
    return pages | {
        "referral": (desk, f"/desk/referrals/{at.id}"),
        "case, own": (care, f"/desk/cases/{case}"),
        "case, another's": (desk, f"/desk/cases/{case}"),
        "cases": (care, "/desk/cases"),
        "visits": (care, "/desk/visits"),
        "services": (head, "/desk/services"),
        "clocks": (head, "/desk/clocks"),
        "statistics": (head, "/desk/statistics"),
        "people": (cookies["bakung"], "/desk/people"),
        "delivery": (desk, "/desk/delivery"),
        "hand-over": (care, f"/desk/cases/{case}/hand"),
        "trail": (cookies["kamboja"], "/desk/trail"),
    }


def _signed_in(app, person_id) -> str:
    from app.db import transaction
    from app.models import StaffSession

    reference, now = secrets.token_urlsafe(32), datetime.now(UTC)
    digest = hashlib.sha256(reference.encode()).digest()
    with transaction() as session:
        session.add(
            StaffSession(
                reference_hash=digest,
                person_id=person_id,
                began_at=now,
                active_at=now,
                stepped_up_at=now,
            )
        )
    signer = app.session_interface.get_signing_serializer(app)
    return f"{app.config['SESSION_COOKIE_NAME']}={signer.dumps({'reference': reference})}"


@contextmanager
def obvious(root: str, pg: int) -> Iterator[Side]:
    """Serve the obvious queue over the same open rows."""
    engine = sqlalchemy.create_engine(_named(root, "many"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in (*offset.TABLE.split(";")[:-1], "VACUUM ANALYZE tickets"):
            connection.exec_driver_sql(statement)
        found = "SELECT count(*) FROM tickets WHERE status = 'open'"
        last = connection.exec_driver_sql(found).scalar() // offset.LINES
    engine.dispose()
    pages = {f"queue at {d:.0%}": ("", f"/?page={max(1, int(last * d))}") for d in DEPTHS}
    environment = {"OFFSET_DATABASE_URL": _named(root, "many")}
    with place.served("bench.offset:create_app()", environment) as (port, web):
        yield Side(port, (web, pg), pages)


def _created(root: str, name: str) -> None:
    engine = sqlalchemy.create_engine(root, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in (
            "ALTER SYSTEM SET max_wal_size = '8GB'",  # or filling waits for checkpoints
            "SELECT pg_reload_conf()",
            f"CREATE DATABASE {name}",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()


def _named(root: str, name: str) -> str:
    made = sqlalchemy.make_url(root).set(database=name)
    return made.render_as_string(hide_password=False)


def measured(sides: tuple[Side, ...]) -> None:
    """Ask everybody in turn, so that what else the machine does falls on all alike.

    First, what the driver does to a statement that it meets for the first five times, and
    PostgreSQL for the five after: a server is started once and asked all day.
    """
    for rounds, times, count in ((1, WARM, False), (ROUNDS, ASKED, True)):
        for number in range(rounds):
            print(f"round {number + 1} of {rounds}" if count else "warming up", flush=True)
            for name in sides[0].pages:
                for side in sides:
                    if name in side.pages:
                        side.ask(name, times, count=count)


# What is wanted of the many: milliseconds at p95, by how the page is called.
WANTED = (("queue", 15), ("case,", 25), ("statistics", 300))
GROWS_AT_MOST = 2


def main() -> int:
    """Fill, ask, print; 1 if something costs more than wanted."""
    with ExitStack() as kept:
        here = kept.enter_context(place.folder())
        root, pg = kept.enter_context(place.postgresql(here))
        few = kept.enter_context(district(here, root, pg, "few", FEW))
        many = kept.enter_context(district(here, root, pg, "many", MANY))
        theirs = kept.enter_context(obvious(root, pg))
        measured((few, many, theirs))
    return told(few, many, theirs)


def told(few: Side, many: Side, theirs: Side) -> int:
    """Print the table; return whether something is missed."""
    print("page                  p50 ms   p95 ms  CPU ms   at 10³: p95   CPU   grows   offset: p95")
    missed = 0
    for name in many.pages:
        grows = many.cpu_ms(name) / few.cpu_ms(name)
        beside = ""
        if name in theirs.pages:
            ratio = theirs.p(name, 0.95) / many.p(name, 0.95)
            beside = f"{theirs.p(name, 0.95):>8.1f} ({ratio:.1f}×), CPU {theirs.cpu_ms(name):.1f}"
        print(
            f"{name:<20}{many.p(name, 0.5):>8.1f}{many.p(name, 0.95):>9.1f}"
            f"{many.cpu_ms(name):>8.1f}{few.p(name, 0.95):>14.1f}{few.cpu_ms(name):>6.1f}"
            f"{grows:>7.1f}×  {beside}   {many.length[name]:,} bytes"
        )
        limit = next((ms for kind, ms in WANTED if re.match(kind, name)), None)
        missed += limit is not None and many.p(name, 0.95) > limit
        missed += name.startswith("queue at") and grows > GROWS_AT_MOST
    wanted = ", ".join(f"{kind} {ms} ms" for kind, ms in WANTED)
    mean = statistics.mean(many.cpu_ms(name) for name in many.pages)
    print(f"wanted at p95: {wanted}; queue grows at most {GROWS_AT_MOST}×; mean CPU {mean:.1f} ms")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
