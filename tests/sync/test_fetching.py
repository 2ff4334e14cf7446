"""Fetching: two streams behind one cursor, nothing missed, nothing for anyone else."""

from __future__ import annotations

import gzip
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, select, update

from app.db import db, transaction, utc_now
from app.models import Device, DeviceItem, District, DistrictItem, Server
from app.services import changes, notices, phones
from tests import make
from tests.phone import InProcess, Phone, fresh, paired


def device_of(phone) -> Device:
    return db.session.get_one(Device, UUID(phone.device_id))


def tell(phone, *, kind="message", item_id=None, text="x", **more) -> str:
    item_id = item_id or uuid4()
    with fresh(), transaction():
        content = {"text": text, "at": utc_now().isoformat()}
        changes.tell_device(device_of(phone), kind, item_id, content, now=utc_now(), **more)
    return str(item_id)


def publish(content, kind="cover", **more) -> None:
    with fresh(), transaction():
        changes.tell_district(make.DISTRICT, kind, content, now=utc_now(), **more)


def test_the_first_fetch_begins_anew_and_the_next_finds_nothing(phone):
    first = phone.ask("GET", "/changes")

    assert first.status == 200
    assert first.json["reset"] is True
    again = phone.ask("GET", f"/changes?since={first.json['cursor']}")
    assert (again.status, again.body) == (204, b"")
    assert "Content-Type" not in again.headers


def test_an_idle_round_carries_one_header_and_many_changes_come_packed(phone):
    since = phone.ask("GET", "/changes").json["cursor"]
    idle = phone.ask("GET", f"/changes?since={since}")
    for number in range(3):
        tell(phone, text=f"{number}")
    plain = phone.ask("GET", f"/changes?since={since}")

    packed = phone.ask("GET", f"/changes?since={since}", Accept_Encoding="gzip")

    assert set(idle.headers) - {"Set-Cookie"} == {"Cache-Control"}
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.body) == plain.body
    assert len(packed.body) < 0.85 * len(plain.body)


def test_an_idle_round_writes_nothing(app, phone):
    phone.fetch()
    wrote = []
    with app.app_context():
        from sqlalchemy import event

        def note(conn, cursor, statement, *_):
            if statement.split()[0] in {"INSERT", "UPDATE", "DELETE"} or "IMMEDIATE" in statement:
                wrote.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        assert phone.fetch().status == 204
        event.remove(db.engine, "before_cursor_execute", note)
    assert wrote == []


def test_the_first_fetch_of_a_day_is_noted_and_renews_the_session(phone):
    phone.fetch()
    with fresh(), transaction():
        device_of(phone).seen_at = utc_now() - timedelta(days=2)

    first, second = phone.fetch(), phone.fetch()

    assert first.status == second.status == 204
    assert "Set-Cookie" in first.headers
    assert "Set-Cookie" not in second.headers
    with fresh():
        assert utc_now() - device_of(phone).seen_at < timedelta(minutes=1)


def test_an_item_is_sealed_to_this_phone_and_known_by_kind_and_id(phone):
    item_id = tell(phone, text="kata")

    page = phone.ask("GET", "/changes").json

    (item,) = [item for item in page["items"] if "sealed" in item]
    assert (item["kind"], item["id"], item["schema"]) == ("message", item_id, 1)
    assert "open" not in item
    phone.fetch()
    assert phone.items["message", item_id]["text"] == "kata"


def test_only_the_newest_version_of_an_item_is_sent(phone):
    item_id = tell(phone, text="one")
    phone.fetch()
    tell(phone, item_id=UUID(item_id), text="two")
    tell(phone, item_id=UUID(item_id), text="three")

    answer = phone.ask("GET", f"/changes?since={phone.cursor}")

    assert len(answer.json["items"]) == 1
    phone.fetch()
    assert phone.items["message", item_id]["text"] == "three"


def test_what_is_gone_leaves_the_phone(phone):
    item_id = tell(phone)
    phone.fetch()

    with fresh(), transaction():
        changes.gone(UUID(phone.device_id), "message", UUID(item_id), now=utc_now())
    phone.fetch()

    assert ("message", item_id) not in phone.items
    with fresh():
        told = select(DeviceItem.sealed).where(DeviceItem.kind == "message")
        assert db.session.scalars(told).all() == [None]


def test_a_window_that_passes_is_written_gone_by_the_sweeper(phone):
    tell(phone, gone_at=utc_now() + timedelta(hours=1))
    phone.fetch()

    with fresh(), transaction():
        assert changes.let_go_of_passed(now=utc_now()) == 0
    with fresh(), transaction():
        assert changes.let_go_of_passed(now=utc_now() + timedelta(hours=2)) == 1
    phone.fetch()

    assert phone.of_kind("message") == []


def test_more_than_a_hundred_come_in_pages(phone):
    for _ in range(3):
        with fresh(), transaction():
            device = device_of(phone)
            for _ in range(50):
                changes.tell_device(device, "message", uuid4(), {"text": "x"}, now=utc_now())
    publish({"tips": ["minum air"]})

    first = phone.ask("GET", "/changes")
    assert len(first.json["items"]) == 100
    assert first.json["more"] is True
    phone.fetch()

    assert len(phone.of_kind("message")) == 150
    assert phone.of_kind("cover") == [{"tips": ["minum air"]}]


def test_open_items_reach_every_phone_of_the_village_and_unchanged_ones_are_not_sent(app, phone):
    with transaction():
        elsewhere = make.person(village="33.02.17.2002")
    other = paired(app, elsewhere)
    publish({"calendar": []}, what="village", village=make.VILLAGE)
    publish({"numbers": [{"kind": "police", "number": "110"}]}, kind="directory")

    phone.fetch()
    other.fetch()

    assert phone.of_kind("cover") == [{"calendar": []}]
    assert other.of_kind("cover") == []
    assert phone.of_kind("directory") == other.of_kind("directory")
    publish({"numbers": [{"kind": "police", "number": "110"}]}, kind="directory")
    assert phone.fetch().status == 204
    publish(None, kind="directory")
    phone.fetch()
    assert phone.of_kind("directory") == []


CURSORS = ["x", "1.2.3.4", "", "9" * 500, "1.0.0.AAAAAAAAAAAAAAAAAAAAAA", "é", "-1.0.0.x", "\x00"]


def test_an_unknown_cursor_begins_anew_and_makes_no_epoch(phone, subtests):
    tell(phone)
    phone.fetch()
    epoch = phone.epoch
    for cursor in CURSORS:
        with subtests.test(cursor[:40]):
            phone.cursor = cursor.replace("é", "%C3%A9").replace("\x00", "%00")

            answer = phone.fetch()

            assert answer.json["reset"] is True
            assert phone.epoch == epoch
            assert len(phone.of_kind("message")) == 1


def test_a_cursor_of_another_phone_is_unknown(app, phone):
    with transaction():
        neighbour = make.person()
    other = paired(app, neighbour)
    other.fetch()
    phone.cursor = other.cursor

    assert phone.fetch().json["reset"] is True


@pytest.mark.parametrize(("table", "items"), [(Device, DeviceItem), (District, DistrictItem)])
def test_a_cursor_ahead_of_us_means_that_we_were_restored(phone, table, items):
    tell(phone)
    publish({"tips": []})
    phone.fetch()
    before = phone.epoch
    with fresh(), transaction() as session:
        session.execute(update(table).values(change_seq=0))
        session.execute(delete(items))
        phone.seal("drill.record", {"ok": True, "seconds": 60})
    phone.send()

    answer = phone.fetch()

    assert answer.json["epoch"] > before
    assert answer.json["reset"] is True
    assert phone.fetch().status == 204
    phone.send()
    assert phone.epoch == answer.json["epoch"]
    assert phone.outbox == {}


def test_a_cursor_of_another_epoch_is_never_answered_with_nothing(phone):
    phone.fetch()
    with fresh(), transaction() as session:
        session.execute(update(Server).values(epoch=Server.epoch + 1))

    assert phone.fetch().json["reset"] is True


def test_a_pending_phone_gets_only_what_it_sent_itself(app, cadre, opened):
    phone = paired(app, cadre, confirm=False)
    report_id = phone.act("report.create", make.report_body())
    opened()
    tell(phone)
    with fresh(), transaction():
        notices.alert(cadre, "new_visit", device=device_of(phone), now=utc_now())

    phone.fetch()

    assert phone.state_of(report_id) == "received"
    assert phone.of_kind("message") == phone.of_kind("alert") == []


def test_a_phone_learns_that_its_digits_were_compared(app, cadre):
    phone = paired(app, cadre, confirm=False)
    phone.fetch()
    with fresh(), transaction():
        phones.confirm(device_of(phone), now=utc_now())

    told = phone.fetch().json["items"]

    assert {"id": phone.device_id, "kind": "match", "schema": 1, "gone": True} in told


def test_an_ended_phone_is_told_so(phone):
    with fresh(), transaction():
        phones.revoke(device_of(phone), now=utc_now())

    answer = phone.fetch()

    assert (answer.status, answer.json["code"]) == (401, "session.ended")


def test_without_a_session_nothing_is_handed_out(app, phone):
    phone.cookie = None
    stranger = Phone(InProcess(app), cookie="guessed")

    for one in (phone, stranger):
        answer = one.ask("GET", "/changes", X_Device=phone.device_id)
        assert (answer.status, answer.json["code"]) == (401, "session.none")


def test_an_app_too_old_to_read_is_told_to_upgrade_and_still_sends(phone):
    tell(phone)
    publish({"push_key": "B"}, kind="policy")
    phone.fetch()
    tell(phone)

    answer = phone.fetch(X_Schema="0")

    (item,) = answer.json["items"]
    assert (item["kind"], item["open"]["upgrade"]) == ("policy", True)
    phone.seal("drill.record", {"ok": True, "seconds": 60})
    assert phone.send(X_Schema="0").status == 200
    phone.fetch()
    assert len(phone.of_kind("message")) == 2
    assert phone.of_kind("policy") == [{"push_key": "B"}]


def test_an_odd_schema_header_counts_as_one(phone, subtests):
    tell(phone)
    for schema in ("x", "", "-1", "9" * 50, "1.0", "²"):
        with subtests.test(schema[:40]):
            answer = phone.ask("GET", "/changes", X_Schema=schema)

            assert answer.json["items"]
            assert all(item["kind"] != "policy" for item in answer.json["items"])


def test_twenty_writers_at_once_and_no_fetch_misses_anything(app, phone):
    """A counter bumped first, or a plain sequence, would let a fetch overtake a slow writer."""
    device_id, done = UUID(phone.device_id), threading.Event()
    written: list[str] = []

    def write(number: int) -> None:
        with app.app_context():
            for _ in range(10):
                item_id = uuid4()
                with transaction() as session:
                    device = session.get_one(Device, device_id)
                    changes.tell_device(device, "message", item_id, {"n": number}, now=utc_now())
                    tips = {"tips": [str(item_id)]}
                    changes.tell_district(
                        make.DISTRICT, "cover", tips, now=utc_now(), what=str(item_id)
                    )
                written.append(str(item_id))
                db.session.remove()

    def read() -> None:
        while not done.is_set():
            phone.fetch()

    reader = threading.Thread(target=read)
    reader.start()
    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(20)))
    done.set()
    reader.join()
    phone.fetch()

    assert {item_id for kind, item_id in phone.items if kind == "message"} == set(written)
    assert {content["tips"][0] for content in phone.of_kind("cover")} == set(written)
    with fresh():
        numbers = db.session.scalars(select(DistrictItem.seq)).all()
        assert len(set(numbers)) == len(numbers) == db.session.scalar(select(District.change_seq))


def test_a_part_that_is_undone_leaves_no_number_behind(app, phone):
    from app.db import savepoint

    with fresh(), transaction():
        device = device_of(phone)
        before = device.change_seq
        with pytest.raises(ValueError), savepoint():
            changes.tell_device(device, "message", uuid4(), {"text": "no"}, now=utc_now())
            raise ValueError
        changes.tell_device(device, "message", uuid4(), {"text": "yes"}, now=utc_now())

    phone.fetch()

    assert [content["text"] for content in phone.of_kind("message")] == ["yes"]
    with fresh():
        assert device_of(phone).change_seq == before + 1
