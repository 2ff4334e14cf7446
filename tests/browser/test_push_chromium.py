"""A push in Chromium reaches a stopped worker: it wakes, shows the one notice, and fetches."""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

import shutil

import pytest

from tests.browser.ringing import (
    cadre_is_asked_to_call,
    cookie_of,
    device,
    eventually,
    push_service,
    settings,
)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

NOTICES = """async () => {
  const worker = await navigator.serviceWorker.ready;
  return (await worker.getNotifications()).map(({ title, body, data }) => [title, body, data]);
}"""

KEPT = """async () => {
  const kept = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) kept.push(request.url);
  return kept;
}"""


@pytest.fixture
def browser(playwright):
    """Chromium at the size of a cheap phone, allowed to show notices."""
    assert CHROMIUM, "This needs Chromium: apt-get install chromium."
    found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
    yield found
    found.close()


class Workers:
    """What DevTools says of the workers of one page."""

    def __init__(self, page) -> None:
        self.session = page.context.new_cdp_session(page)
        self.registration, self.running = None, None
        self.session.on("ServiceWorker.workerRegistrationUpdated", self._registered)
        self.session.on("ServiceWorker.workerVersionUpdated", self._changed)
        self.session.send("ServiceWorker.enable")

    def _registered(self, told) -> None:
        for found in told["registrations"]:
            if not found["isDeleted"]:
                self.registration = found["registrationId"]

    def _changed(self, told) -> None:
        for version in told["versions"]:
            if version["status"] == "activated":
                self.running = version["runningStatus"]

    def stop(self) -> None:
        self.session.send("ServiceWorker.stopAllWorkers")

    def deliver(self, origin: str, data: str) -> None:
        self.session.send(
            "ServiceWorker.deliverPushMessage",
            {"origin": origin, "registrationId": self.registration, "data": data},
        )


def wait(page, ask, seconds=40):
    """Ask until the answer is true, letting the page live meanwhile."""

    def once():
        page.wait_for_timeout(50)
        return ask()

    return eventually(once, seconds)


def test_a_push_wakes_the_phones_stopped_worker_which_shows_it_and_fetches(
    site,
    device,
    push_service,
    browser,
):
    # given a phone with the app and a session, its worker stopped, and something to fetch
    context = browser.new_context(viewport={"width": 360, "height": 640})
    context.grant_permissions(["notifications"], origin=site.url)
    context.add_cookies([_at(site, cookie_of(site))])
    page = context.new_page()
    page.goto(site.url)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    workers = Workers(page)
    wait(page, lambda: workers.running == "running" and workers.registration)
    cadre_is_asked_to_call(device)
    workers.stop()
    wait(page, lambda: workers.running == "stopped")
    assert not [url for url in page.evaluate(KEPT) if "/alert/" in url]

    # when
    workers.deliver(site.url, '{"v":1}')

    # then
    wait(page, lambda: workers.running == "running")
    shown = wait(page, lambda: page.evaluate(NOTICES))
    assert shown == [["Buku Kader", "Buku Kader: jadwal diperbarui.", None]]
    wait(page, lambda: [url for url in page.evaluate(KEPT) if "/alert/" in url])


def test_whatever_a_push_carries_the_notice_is_the_constant(
    site,
    device,
    push_service,
    browser,
):
    context = browser.new_context()
    context.grant_permissions(["notifications"], origin=site.url)
    page = context.new_page()
    page.goto(site.url)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    workers = Workers(page)
    wait(page, lambda: workers.registration)

    for data in ("", "not json", '{"v":2,"title":"Kekerasan","body":"Melati"}', "x" * 3000):
        workers.deliver(site.url, data)
        page.wait_for_timeout(200)

    shown = wait(page, lambda: page.evaluate(NOTICES))
    assert shown == [["Buku Kader", "Buku Kader: jadwal diperbarui.", None]]


def _at(site, cookie: dict) -> dict:
    # DevTools takes a Secure cookie for an https address only; it counts at http://localhost too.
    place = {"url": site.url.replace("http:", "https:")}
    return {name: value for name, value in cookie.items() if name != "path"} | place
