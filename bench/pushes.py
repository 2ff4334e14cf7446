"""How many pushes a second leave: our outbox with 32 in flight, against pywebpush's plain call.

The push service is ours, in a process of its own, and answers after 20 ms as one far away does.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from multiprocessing import Pipe, Process
from uuid import uuid4

from bench import place

ANSWERS_AFTER = 0.02
OURS, PLAIN = 1000, 100
WANTED = 5
DISTRICT = "33.02"


def main() -> int:
    """Measure both, print the table; 1 if ours is not five times as fast."""
    with place.folder() as here, push_service() as origin:
        ours = _ours(here, origin)
        plain = _plain(origin)
    ratio = ours / plain
    print(f"pushes             a second (answers come after {ANSWERS_AFTER * 1000:.0f} ms)")
    print(f"pywebpush, plain   {plain:>9,.0f}")
    print(f"ours, 32 in flight {ours:>9,.0f}")
    print(f"ratio              {ratio:>8.1f}×   (wanted: {WANTED}×)")
    return 0 if ratio >= WANTED else 1


@contextmanager
def push_service():
    """Our push service in a process of its own; its origin."""
    mine, theirs = Pipe()
    process = Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield mine.recv()
    finally:
        process.terminate()
        process.join(10)


def _serve(pipe) -> None:
    from tests.push.service import PushService

    service = PushService(delay=ANSWERS_AFTER)
    service.answers = _Always()
    pipe.send(service.start().origin)
    pipe.recv()


class _Always(dict):
    """Says 201 to every token: subscriptions are made in the other process."""

    def get(self, token, default=None):
        return [(201, {})]


def _subscriptions(origin: str, count: int) -> list[dict]:
    from tests.push.subscriber import Subscriber

    return [Subscriber(f"{origin}/wpush/{uuid4().hex}").as_json for _ in range(count)]


def _ours(here, origin: str) -> float:
    from app import create_app
    from app.config import load_settings
    from app.db import db, transaction, utc_now
    from app.domain.permissions import Role
    from app.domain.push import subscription
    from app.models import Area, District, Person, PersonRole
    from app.sealing import keyfiles
    from app.services import alerts, keylists, subscriptions
    from sync.delivering import deliver_due

    settings = load_settings(
        {
            "SIAGA_ENV": "test",
            "SIAGA_DATA": str(here / "data"),
            "SIAGA_KEYS": str(here / "keys"),
            "SIAGA_PUSH_TEST_ORIGIN": origin,
        }
    )
    keyfiles.make_development_keys(settings, [DISTRICT])
    app = create_app(settings, parts=())
    with app.app_context():
        db.create_all()
        now = utc_now()
        with transaction() as session:
            session.add(Area(code=DISTRICT, level="regency", name="KABUPATEN CONTOH"))
            session.flush()
            session.add(District(code=DISTRICT))
            person = Person(
                id=uuid4(),
                district=DISTRICT,
                label=b"x",
                created_at=now,
                roles=[PersonRole(role=Role.COORDINATOR)],
            )
            session.add(person)
        with transaction():
            keylists.issue(DISTRICT, settings, now=now)
        with transaction():
            for told in _subscriptions(origin, OURS):
                subscriptions.keep(subscription(told, origin), person, now=now)
            alerts.ring(Role.COORDINATOR, "new_referral", district=DISTRICT, now=now)
        began = time.perf_counter()
        sent = deliver_due()
        seconds = time.perf_counter() - began
        db.engine.dispose()
    assert sent == OURS, sent
    return sent / seconds


def _plain(origin: str) -> float:
    from cryptography.hazmat.primitives.asymmetric import ec
    from py_vapid import Vapid02
    from pywebpush import webpush

    key = Vapid02(ec.generate_private_key(ec.SECP256R1()))
    told = _subscriptions(origin, PLAIN)
    began = time.perf_counter()
    for each in told:
        claims = {"sub": "mailto:admin@localhost"}
        webpush(each, '{"v":1}', vapid_private_key=key, vapid_claims=claims, ttl=60, timeout=10)
    return PLAIN / (time.perf_counter() - began)


if __name__ == "__main__":
    sys.exit(main())
