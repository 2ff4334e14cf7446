"""The queue is a bell, never the record: what it loses is found, what it repeats is harmless."""

import logging
import os
import time
import zlib
from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import update

from app.db import after_commit, db, transaction, utc_now
from app.domain.permissions import Role
from app.models import DeviceItem, MonthCount, OutboxRow
from app.services import alerts, changes
from app.signals import counts_wanted
from sync import queue, sweeper
from tests import make
from tests.desk import reported
from tests.jobs import given


def ring(**more):
    with transaction():
        alerts.ring(Role.COORDINATOR, "new_referral", district=make.DISTRICT, now=utc_now(), **more)


def keys_of(settings) -> dict[str, str]:
    """Everything that lies in the queue, as text."""
    connection = Redis.from_url(settings.valkey_url)
    found = {}
    for key in connection.scan_iter():
        kind = connection.type(key)
        read = {
            b"string": connection.get,
            b"hash": connection.hgetall,
            b"list": lambda k: connection.lrange(k, 0, -1),
            b"set": connection.smembers,
            b"zset": lambda k: connection.zrange(k, 0, -1),
        }.get(kind)
        found[key.decode()] = repr(_plain(read(key)) if read else kind)
    return found


def _plain(value):
    """What RQ wrote, with the compressed parts unpacked."""
    if not isinstance(value, dict):
        return value
    packed = (b"data", b"exc_info")
    return {k: zlib.decompress(v) if k in packed and v else v for k, v in value.items()}


def test_a_commit_rings_and_the_worker_delivers(app, push_service, heard):
    _, subscriber = given.coordinator(push_service)

    ring()
    heard()

    assert len(push_service.to(subscriber)) == 1
    assert given.outbox()[0].sent_at is not None


def test_a_crash_between_commit_and_ring_is_found_by_the_sweeper(app, push_service, heard):
    # given a process that dies on its way from the commit to the bell
    _, subscriber = given.coordinator(push_service)
    child = os.fork()
    if child == 0:
        db.engine.dispose(close=False)
        with transaction():
            after_commit(lambda: os._exit(9))
            alerts.ring(Role.COORDINATOR, "new_referral", district=make.DISTRICT, now=utc_now())
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    heard()
    assert push_service.to(subscriber) == []

    # when
    found = sweeper.sweep(now=utc_now())
    heard()

    # then
    assert found["alerts"] == 1
    assert len(push_service.to(subscriber)) == 1


def test_without_a_queue_a_referral_is_still_written_and_quickly(app, push_service):
    given.coordinator(push_service)

    began = time.monotonic()
    ring()
    ring()

    assert time.monotonic() - began < 2
    assert len(given.outbox()) == 2


def test_what_was_written_while_the_queue_was_down_is_delivered_once_it_is_back(
    app, push_service, valkey, heard, monkeypatch
):
    _, subscriber = given.coordinator(push_service)
    valkey.stop()
    ring()
    assert queue.ring(queue.DELIVER) is False

    valkey.start()
    monkeypatch.setattr(queue, "LEFT_ALONE", 0)
    app.extensions["siaga.bells"] = queue.Bells(app.config["SIAGA"].valkey_url)
    sweeper.sweep(now=utc_now())
    heard()

    assert len(push_service.to(subscriber)) == 1


def test_a_queue_that_forgets_everything_loses_nothing(app, push_service, valkey, heard):
    _, subscriber = given.coordinator(push_service)
    ring()
    Redis.from_url(app.config["SIAGA"].valkey_url).flushall()

    sweeper.sweep(now=utc_now())
    heard()

    assert len(push_service.to(subscriber)) == 1


def test_a_bell_rung_many_times_hangs_once(app, valkey):
    for _ in range(50):
        queue.ring(queue.DELIVER)

    connection = Redis.from_url(app.config["SIAGA"].valkey_url)
    assert connection.llen("rq:queue:deliver") == 1


def test_who_comes_while_the_work_runs_rings_anew(app, valkey):
    queue.ring(queue.DELIVER)
    queue.heard(queue.DELIVER)
    queue.ring(queue.DELIVER)

    connection = Redis.from_url(app.config["SIAGA"].valkey_url)
    assert connection.llen("rq:queue:deliver") == 2


def test_a_bell_rung_twice_delivers_once(app, push_service, heard):
    _, subscriber = given.coordinator(push_service)
    ring()
    queue.heard(queue.DELIVER)
    queue.ring(queue.DELIVER)

    heard()

    assert len(push_service.to(subscriber)) == 1


def test_nothing_in_the_queue_is_about_anybody(app, settings, push_service, valkey):
    person, subscriber = given.coordinator(push_service)
    ring(urgent=True)
    queue.ring(queue.OPEN)
    queue.ring(queue.ESCALATE)

    lying = " ".join(f"{key} {value}" for key, value in keys_of(settings).items())

    row = given.outbox()[0]
    for word in (str(person.id), str(row.id), str(row.alert_id), subscriber.token, make.DISTRICT):
        assert word not in lying
    assert "deliver_due" in lying


def test_what_a_failing_job_says_stays_out_of_queue_and_log(
    app, settings, push_service, heard, monkeypatch, capfd
):
    from sync import delivering

    def fail(*args, **more):
        raise ValueError("Melati, Kalicontoh RT 3")

    given.coordinator(push_service)
    monkeypatch.setattr(delivering, "_deliver_batch", fail)
    printer = logging.StreamHandler()
    logging.getLogger().addHandler(printer)
    ring()

    heard()
    logging.getLogger().removeHandler(printer)

    printed = "".join(capfd.readouterr())
    assert "Melati" not in repr(keys_of(settings))
    assert "Melati" not in printed
    assert "ValueError" in printed


def test_an_idle_sweep_writes_nothing(app, push_service, valkey):
    given.coordinator(push_service)
    watcher = Watcher()
    before = watcher.number()

    found = sweeper.sweep(now=utc_now())

    assert found == {"to_open": 0, "alerts": 0, "escalations": 0, "gone": 0}
    assert watcher.number() == before
    with transaction():
        make.person()
    assert watcher.number() != before  # The watcher does watch.
    watcher.close()


def test_a_push_that_departs_later_is_rung_for_when_its_moment_comes(app, push_service, heard):
    person, _, subscriber = given.cadre(push_service)
    with transaction():
        alerts.ring(person, "new_visit", now=utc_now())
    with transaction() as session:
        session.execute(update(OutboxRow).values(due_at=utc_now() + timedelta(seconds=60)))
    heard()
    assert sweeper.sweep(now=utc_now())["alerts"] == 0

    with transaction() as session:
        session.execute(update(OutboxRow).values(due_at=utc_now()))
    assert sweeper.sweep(now=utc_now())["alerts"] == 1
    heard()

    assert len(push_service.to(subscriber)) == 1


def test_the_sweeper_lets_a_phone_forget_what_has_passed_and_needs_no_key(app, push_service):
    _, device, _ = given.cadre(push_service)
    now = utc_now()
    visit_id = make.fresh()
    with transaction():
        changes.tell_device(
            device, "visit", visit_id, {"visit_id": str(visit_id)}, now=now, gone_at=now
        )
    for name in [name for name in app.extensions if name in {"siaga.opener", "siaga.phone_keys"}]:
        del app.extensions[name]

    assert sweeper.sweep(now=now + timedelta(seconds=1))["gone"] == 1

    db.session.rollback()
    db.session.expire_all()
    item = db.session.get(DeviceItem, (device.id, "visit", visit_id))
    assert (item.gone, item.sealed) == (True, None)
    assert sweeper.sweep(now=now + timedelta(seconds=2))["gone"] == 0


@pytest.mark.parametrize("bell", [queue.OPEN, queue.DELIVER, queue.ESCALATE])
def test_every_bell_names_a_job_that_exists(bell):
    from rq.utils import import_attribute

    assert callable(import_attribute(queue._JOBS[bell]))


class Watcher:
    """Another connection, which sees whether anybody wrote."""

    def __init__(self) -> None:
        db.session.rollback()
        self._connection = db.engine.connect()

    def number(self) -> int:
        """A number that changes with every commit that wrote something."""
        sqlite = db.engine.dialect.name == "sqlite"
        asked = (
            "PRAGMA data_version" if sqlite else "SELECT pg_snapshot_xmax(pg_current_snapshot())"
        )
        found = self._connection.exec_driver_sql(asked).scalar()
        self._connection.rollback()
        return found

    def close(self) -> None:
        self._connection.close()


def test_the_worker_counts_the_months_when_it_is_asked_to(app, heard):
    with transaction():
        reported(make.person())

    counts_wanted.send(None)
    heard()

    counted = db.session.scalars(db.select(MonthCount)).one()
    assert (counted.stale, counted.counted_at is None) == (False, False)
