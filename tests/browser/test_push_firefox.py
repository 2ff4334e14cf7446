"""A real push subscription in Firefox: our worker sends, Firefox opens it, shows the notice."""

# ruff: noqa: F401, F811 — pytest takes the fixtures by their names.

from app.services import keylists
from tests.browser.ringing import (
    PASSWORD,
    cadre_is_asked_to_call,
    code,
    cookie_of,
    coordinator,
    device,
    eventually,
    push_service,
    report_comes,
    settings,
    subscriptions_kept,
)
from tests.jobs import given
from tests.push.firefox import firefox

NOTICES = """
const done = arguments[0];
navigator.serviceWorker.ready
  .then((worker) => worker.getNotifications())
  .then((shown) => shown.map(({ title, body, data }) => [title, body, data]))
  .then(done, (error) => done(String(error)));
"""

KEPT = """
const done = arguments[0];
(async () => {
  let kept = "";
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) kept += request.url + " ";
  return kept;
})().then(done, (error) => done(String(error)));
"""

SUBSCRIBE = """
const [key, done] = arguments;
(async () => {
  const worker = await navigator.serviceWorker.ready;
  const how = { userVisibleOnly: true, applicationServerKey: key };
  const subscription = await worker.pushManager.subscribe(how);
  const answer = await fetch("/sync/v1/push-subscription", {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-Siaga": "1" },
    body: JSON.stringify(subscription),
  });
  return answer.status;
})().then(done, (error) => done(String(error)));
"""


def find(driver, selector):
    return driver.find_element("css selector", selector)


def test_a_report_from_a_phone_rings_the_coordinators_firefox(site, coordinator, push_service):
    _, seed = coordinator
    with firefox(push_service.websocket) as driver:
        # given a coordinator who switched alerts on at the desk
        driver.navigate(f"{site.url}/desk/enter")
        find(driver, "#name").send_keys("petugas")
        find(driver, "#password").send_keys(PASSWORD)
        find(driver, "#code").send_keys(code(seed))
        find(driver, "form button").click()
        eventually(lambda: "enter" not in driver.get_url())
        driver.navigate(f"{site.url}/desk/settings")
        state = "return document.querySelector('[data-push]')?.dataset.state"
        eventually(lambda: driver.execute_script(state) == "off")
        find(driver, "[data-push-on]").click()
        eventually(lambda: driver.execute_script(state) == "on")
        assert subscriptions_kept() == 1

        # when
        report_comes(site)
        shown = eventually(lambda: driver.execute_async_script(NOTICES))

        # then it says the constant, and the push service saw nothing else
        assert shown == [["Meja", "Ada kabar baru.", None]]
        (sent,) = push_service.sent
        assert sent.answer == 201
        eventually(lambda: push_service.acks)
        assert [ack["code"] for ack in push_service.acks] == [100]
        eventually(lambda: given.outbox()[0].sent_at)


def test_an_alert_rings_the_cadres_firefox_which_fetches(site, device, push_service):
    with firefox(push_service.websocket) as driver:
        # given a phone that has the app and a session, and is subscribed
        driver.navigate(f"{site.url}/")
        driver.add_cookie(cookie_of(site))
        driver.navigate(f"{site.url}/")
        assert driver.execute_async_script(SUBSCRIBE, script_args=[keylists.push_key()]) == 204

        # when
        cadre_is_asked_to_call(device)
        shown = eventually(lambda: driver.execute_async_script(NOTICES))

        # then
        assert shown == [["Buku Kader", "Buku Kader: jadwal diperbarui.", None]]
        eventually(lambda: push_service.acks)
        assert [ack["code"] for ack in push_service.acks] == [100]
        eventually(lambda: "/alert/" in driver.execute_async_script(KEPT))


def test_a_firefox_that_was_away_is_rung_when_it_comes_back(site, device, push_service):
    with firefox(push_service.websocket) as driver:
        driver.navigate(f"{site.url}/")
        driver.add_cookie(cookie_of(site))
        driver.navigate(f"{site.url}/")
        assert driver.execute_async_script(SUBSCRIBE, script_args=[keylists.push_key()]) == 204
        push_service.away = True
        push_service.hang_up()

        for _ in range(3):
            cadre_is_asked_to_call(device)
        eventually(lambda: len(push_service.sent) == 3)
        push_service.away = False

        # One notice, not three: they have one topic.
        assert len(eventually(lambda: driver.execute_async_script(NOTICES), 60)) == 1
        assert len(push_service.acks) == 1
