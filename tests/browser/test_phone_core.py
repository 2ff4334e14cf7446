"""What only a real browser can prove of the phone's core: worker, policy, storage, size."""

from __future__ import annotations

import json
import re
import urllib.request

import brotli
import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain import pocket_card
from app.models import Device, InboxEnvelope
from tests.browser import walk

WORKER_READY = "() => Boolean(navigator.serviceWorker.controller)"
KEPT = "async () => (await (await caches.open('siaga-kept')).keys()).map((kept) => kept.url)"
NO_INDEXEDDB = """Object.defineProperty(globalThis, 'indexedDB', {
    get() { throw new DOMException('refused', 'SecurityError'); } });"""
TAKES_NOTHING = """() => { IDBObjectStore.prototype.put = () => {
    throw new DOMException('full', 'QuotaExceededError'); }; }"""


@pytest.fixture(autouse=True)
def quiet(phone):
    """Nothing that the policy refuses, nothing that the browser complains about."""
    said = []
    phone.on("console", lambda message: said.append((message.type, message.text)))
    yield
    loud = [text for kind, text in said if kind == "error" and "Failed to load" not in text]
    assert loud == []


def stored() -> int:
    """How many acts the server has, read fresh."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(InboxEnvelope))


def eventually(page, count: int) -> None:
    """Wait until the server has so many acts."""
    for _ in range(300):
        if stored() >= count:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"{stored()} of {count}")


def draft_is_kept(page) -> bool:
    """Wait until a draft is on the phone."""
    for _ in range(300):
        if any("/k/draft/" in url for url in page.evaluate(KEPT)):
            return True
        page.wait_for_timeout(100)
    return False


def without_webassembly(route) -> None:
    """The PIN's Worker under a policy that lets it compile nothing."""
    script, policy = route.fetch().body(), "default-src 'none'; script-src 'self'"
    headers = {"Content-Type": "text/javascript", "Content-Security-Policy": policy}
    route.fulfill(body=script, headers=headers)


def wire(url: str) -> int:
    """Bytes of a body as a phone gets it."""
    request = urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip"})
    with urllib.request.urlopen(request) as answer:
        return len(answer.read())


def test_the_first_view_is_one_small_request_and_all_of_it_little(phone, served):
    asked = []
    phone.on("request", lambda request: asked.append(request.url))

    phone.goto(served)
    phone.wait_for_selector("#cover")

    with urllib.request.urlopen(
        urllib.request.Request(f"{served}/", headers={"Accept-Encoding": "br"})
    ) as answer:
        page, headers = answer.read(), sum(len(k) + len(v) + 4 for k, v in answer.headers.items())
    assert len(page) + headers <= 20_000
    html = brotli.decompress(page).decode()
    assert not re.search(r"<link[^>]+stylesheet|<script[^>]+src", html)
    worker = urllib.request.urlopen(f"{served}/sw.js").read().decode()
    files = json.loads(worker.split("=", 1)[1].split(";\n", 1)[0])["files"]
    total = sum(wire(served + path) for path in [*files, "/sw.js", "/manifest.webmanifest"])
    total += wire(f"{served}/i/posyandu-192.png")
    print(f"first view {len(page) + headers} B, everything {total} B")
    assert total <= 80_000


def test_what_the_app_and_its_worker_share_comes_down_the_line_once(
    phone, served, app, monkeypatch
):
    came = []
    answered = app.view_functions["cadre.asset"]

    def counted(name):
        answer = answered(name)
        came.extend([name.partition("-")[0]] * (answer.status_code == 200))
        return answer

    monkeypatch.setitem(app.view_functions, "cadre.asset", counted)
    phone.goto(served)
    phone.wait_for_function(WORKER_READY)

    assert sorted(came) == ["app", "pin", "shared"]


def test_the_pin_is_stretched_by_argon2_under_our_policy(phone, invite):
    walk.enrol(phone, invite())

    db.session.rollback()
    kdf = db.session.scalars(select(Device.kdf)).one()
    kdf = json.loads(kdf) if isinstance(kdf, str) else kdf
    assert kdf["name"] == "argon2id"
    assert (kdf["memory_kib"], kdf["passes"]) >= (19456, 2)


def test_where_webassembly_is_blocked_the_pin_is_stretched_by_pbkdf2(chromium, invite):
    context = chromium.new_context(service_workers="block")
    context.route("**/s/pin-*.js", without_webassembly)
    phone = context.new_page()
    pin = walk.enrol(phone, invite())
    phone.reload()
    walk.unlock(phone, pin)

    assert phone.locator(".sign[data-t=sign]").is_visible()
    db.session.rollback()
    kdf = db.session.scalars(select(Device.kdf)).one()
    assert json.loads(kdf) == {"name": "pbkdf2-sha256", "memory_kib": 0, "passes": 600_000}
    context.close()


def test_the_app_opens_without_network_and_sends_when_there_is_some(phone, invite):
    pin = walk.enrol(phone, invite())
    phone.wait_for_function(WORKER_READY)

    with walk.without_signal(phone):
        phone.reload()
        phone.wait_for_selector("#cover:not([hidden])")
        walk.unlock(phone, pin)
        walk.write(phone)
        walk.at(phone, "sum")
        walk.press(phone, "send")
        walk.at(phone, "end")
        assert stored() == 0
        walk.press(phone, "done")
        walk.at(phone, "today")
        truth = phone.locator("#truth").inner_text()
        assert re.search(r"menunggu sinyal sejak \S+\. Buka lagi di tempat", truth)

    eventually(phone, 1)


def test_a_draft_outlives_the_page_and_opens_under_its_digits_only(phone, invite):
    pin = walk.enrol(phone, invite())
    walk.write(phone, walk.REPORT[:4])
    assert draft_is_kept(phone)

    phone.reload()
    walk.unlock(phone, "736150")
    assert phone.locator(".page [data-do=draft], .page [data-do=resume]").count() == 0
    phone.reload()
    walk.unlock(phone, pin)
    kept = phone.evaluate(
        "async () => (await (await caches.open('siaga-kept')).keys()).map(r => r.url)"
    )
    assert len([url for url in kept if "/k/draft/" in url]) == 1


def report(phone, count: int) -> None:
    """Write one and wait until the server has so many."""
    walk.write(phone)
    walk.at(phone, "sum")
    walk.press(phone, "send")
    walk.at(phone, "end")
    eventually(phone, count)


def no_number_came_again() -> bool:
    numbers = db.session.scalars(select(InboxEnvelope.seq)).all()
    return len(set(numbers)) == len(numbers)


def test_where_indexeddb_refuses_a_report_is_sent_directly_and_none_twice_numbered(phone, invite):
    phone.add_init_script(NO_INDEXEDDB)
    pin = walk.enrol(phone, invite())

    report(phone, 1)
    phone.reload()
    walk.unlock(phone, pin)
    report(phone, 2)

    assert no_number_came_again()


def test_a_phone_that_keeps_nothing_and_has_no_signal_shows_the_digits_of_the_card(phone, invite):
    phone.add_init_script(NO_INDEXEDDB)
    walk.enrol(phone, invite())

    with walk.without_signal(phone):
        walk.write(phone)
        walk.at(phone, "sum")
        walk.press(phone, "send")
        walk.at(phone, "end")
        line = phone.locator(".page [data-t=line]").inner_text()

    assert pocket_card.decode(line) == dict(walk.REPORT)


def test_a_full_phone_gives_up_its_ballast_and_then_still_sends(phone, invite, served):
    walk.enrol(phone, invite())
    assert any(url.endswith("/k/ballast") for url in phone.evaluate(KEPT))
    full = phone.context.new_cdp_session(phone)
    full.send("Storage.overrideQuotaForOrigin", {"origin": served, "quotaSize": 1})

    report(phone, 1)
    assert not any(url.endswith("/k/ballast") for url in phone.evaluate(KEPT))


def test_what_a_full_phone_sends_and_cannot_note_is_numbered_out_of_the_way(phone, invite):
    pin = walk.enrol(phone, invite())
    phone.evaluate(TAKES_NOTHING)

    report(phone, 1)
    phone.reload()
    walk.unlock(phone, pin)
    report(phone, 2)

    assert no_number_came_again()


def test_nothing_kept_can_be_read_without_the_pin(phone, invite):
    walk.enrol(phone, invite())
    walk.write(phone, walk.REPORT[:6])
    assert draft_is_kept(phone)

    kept = phone.evaluate(
        """async () => {
            const shelf = await caches.open('siaga-kept');
            const texts = [];
            for (const key of await shelf.keys()) {
                texts.push(new URL(key.url).pathname, await (await shelf.match(key)).text());
            }
            return texts.join(' ');
        }"""
    )

    for word in ("physical", "danger", "violence", "survivor", "days_2_3"):
        assert word not in kept


def test_quick_exit_leaves_nothing_on_the_page_before_the_press_is_over(phone, invite):
    walk.enrol(phone, invite())
    walk.write(phone, walk.REPORT[:3])

    left = phone.evaluate(
        """() => {
            document.querySelector('[data-do=exit]').click();
            return document.querySelectorAll('.page').length;
        }"""
    )

    assert left == 0
    phone.go_back()
    assert phone.locator(".page").count() == 0
