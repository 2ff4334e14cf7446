"""A new version of the app: whole or not at all, and only while nothing but the cover stands."""

from __future__ import annotations

import gzip
import re
import shutil

import brotli
import pytest

from cadre import shell
from tests.browser import walk
from tests.browser.pocket import eventually

NEWER = "newer00000"
# What has become of the worker that was being installed.
TRIED = """async () => {
  const registration = await navigator.serviceWorker.getRegistration();
  await registration.update().catch(() => {});
  const newer = registration.installing;
  if (newer?.state === "installing")
    await new Promise((done) => newer.addEventListener("statechange", done, { once: true }));
  return newer?.state ?? "redundant";
}"""
SHELLS = """async () => (await caches.keys()).filter((name) => name.startsWith('siaga-shell-'))"""
WAITING = """async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)"""
NOT_INSTALLING = "async () => !(await navigator.serviceWorker.getRegistration())?.installing"
READY = "() => Boolean(navigator.serviceWorker.controller)"
SENT = """() => new Promise((done) => {
  const opening = indexedDB.open('siaga');
  opening.onsuccess = () => {
    const asked = opening.result.transaction('acts').objectStore('acts').getAll();
    asked.onsuccess = () => {
      opening.result.close();
      done(asked.result.length > 0 && asked.result.every((act) => act.state === 'sent'));
    };
  };
})"""
SPEAK = """(language) => new Promise((done) => {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }) => done(data.done);
  navigator.serviceWorker.controller.postMessage({ do: 'speak', language }, [port2]);
})"""
IS_NEWER = f"() => document.documentElement.outerHTML.includes('{NEWER}')"


_TEXTS = {".js", ".css", ".json"}


def renamed(text: str) -> str:
    """Say the hashed files by other names, as every change of them does."""
    return re.sub(r"\b(app|pin|shared)-\w+(?=\.js)", rf"\1-{NEWER}", text)


@pytest.fixture
def release(tmp_path, monkeypatch):
    """Serve a build of this test's own, and put another in its place when called."""
    first, second = tmp_path / "first", tmp_path / "second"
    shutil.copytree(shell.DIST, first)
    monkeypatch.setattr(shell, "DIST", first)
    older = shell.current().version

    def released(*, broken: bool = False) -> None:
        shutil.copytree(first, second)
        texts = {path: path.read_text() for path in second.iterdir() if path.suffix in _TEXTS}
        shutil.rmtree(second)
        second.mkdir()
        for path, text in texts.items():
            body = renamed(text.replace(older, NEWER)).encode()
            new = path.with_name(renamed(path.name))
            new.write_bytes(body)
            new.with_name(new.name + ".br").write_bytes(brotli.compress(body))
            new.with_name(new.name + ".gz").write_bytes(gzip.compress(body))
        if broken:
            for path in second.glob("app-*"):
                path.unlink()
        monkeypatch.setattr(shell, "DIST", second)

    return released


def until(page, ask: str) -> None:
    """Wait for something that may cost a reload."""
    for _ in range(400):
        page.wait_for_timeout(100)
        try:
            if page.evaluate(ask):
                return
        except Exception as error:
            if "context was destroyed" not in str(error) and "navigation" not in str(error):
                raise
    raise AssertionError(ask)


def test_a_new_version_comes_in_at_a_start_in_her_language_and_the_former_one_goes(
    phone, release, served
):
    phone.goto(served)
    until(phone, READY)
    [former] = phone.evaluate(SHELLS)
    assert phone.evaluate(SPEAK, "en")

    release()
    phone.reload()
    assert not phone.evaluate(IS_NEWER)
    until(phone, WAITING)
    assert former in phone.evaluate(SHELLS)
    phone.reload()

    until(phone, IS_NEWER)
    until(phone, f"async () => !(await caches.keys()).includes('{former}')")
    assert len(phone.evaluate(SHELLS)) == 1
    assert phone.locator("html").get_attribute("lang") == "en"


def test_a_version_that_does_not_arrive_whole_does_not_arrive(phone, release, served):
    phone.goto(served)
    until(phone, READY)
    kept = phone.evaluate(SHELLS)

    release(broken=True)
    phone.reload()
    assert phone.evaluate(TRIED) == "redundant"

    assert phone.evaluate(SHELLS) == kept
    phone.context.set_offline(True)
    phone.reload()
    phone.wait_for_selector("#cover:not([hidden])")


def test_a_page_of_another_version_is_not_kept_beside_these_files(
    phone, release, served, app, monkeypatch
):
    # given a server that is changed just as the worker asks for the page
    show, older, asked = app.view_functions["cadre.page"], shell.DIST, []
    release()
    newer = shell.DIST

    def changing():
        asked.append(None)
        with monkeypatch.context() as changed:
            changed.setattr(shell, "DIST", newer if len(asked) == 2 else older)
            return show()

    monkeypatch.setattr(shell, "DIST", older)
    monkeypatch.setitem(app.view_functions, "cadre.page", changing)
    phone.goto(served)
    eventually(lambda: len(asked) == 2)
    until(phone, NOT_INSTALLING)

    phone.reload()
    until(phone, READY)

    with walk.without_signal(phone):
        phone.reload()
        walk.press(phone, "numbers")
        walk.at(phone, "numbers")


def test_a_new_version_waits_for_an_open_report_and_for_what_is_not_sent(
    phone, release, invite, app, monkeypatch
):
    # given a report that stands open as a new version arrives
    walk.enrol(phone, invite())
    walk.write(phone, walk.REPORT[:4])
    release()
    phone.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
    until(phone, WAITING)

    # when she writes on and sends it, while the server is away
    for field, value in walk.REPORT[4:]:
        walk.answer(phone, field, value)
    walk.at(phone, "sum")
    with monkeypatch.context() as away:
        away.setitem(app.view_functions, "sync.send", lambda: ("", 503))
        walk.press(phone, "send")
        walk.at(phone, "end")
        with phone.expect_response("**/sync/v1/envelopes"):
            phone.reload()

        # then the version that wrote it still stands
        assert not phone.evaluate(IS_NEWER)
        assert phone.evaluate(WAITING)

    # and the new one comes in once the report has its receipt
    phone.evaluate("() => window.dispatchEvent(new Event('online'))")
    until(phone, SENT)
    phone.reload()
    until(phone, IS_NEWER)
