"""The only door to the outside opens to the push services and to nothing else."""

import asyncio

import pytest

from app.domain.errors import Invalid
from app.domain.push import allowed, is_public, subscription
from sync import outbound
from sync.outbound import Forbidden, Unreachable
from tests.jobs.endpoints import MAY_CALL, MUST_REFUSE, NOT_PUBLIC, PUBLIC
from tests.push.subscriber import Subscriber

FCM = "https://fcm.googleapis.com/fcm/send/abc"


def post(endpoint, *, addresses=(), test_origin=None, **more):
    async def lookup(host, port):
        return list(addresses)

    async def go():
        async with outbound.outbound(test_origin, **({"lookup": lookup} | more)) as out:
            return await out.post(endpoint, b"x", {"TTL": "0"})

    return asyncio.run(go())


def test_no_endpoint_of_the_corpus_is_kept():
    kept = [endpoint for endpoint in MUST_REFUSE if _keeps(endpoint)]

    assert len(MUST_REFUSE) >= 300
    assert kept == []


def test_no_endpoint_of_the_corpus_is_called_though_a_row_has_it(monkeypatch):
    asked = []

    async def lookup(host, port):
        asked.append(host)
        return ["127.0.0.1"]

    async def go():
        async with outbound.outbound(lookup=lookup) as out:
            for endpoint in MUST_REFUSE:
                with pytest.raises(Forbidden):
                    await out.post(endpoint, b"x", {})

    asyncio.run(go())

    assert asked == []  # Not even a name was looked up.


@pytest.mark.parametrize("endpoint", MAY_CALL)
def test_the_browsers_own_push_services_are_kept(endpoint):
    assert allowed(endpoint)


def test_an_endpoint_never_shows_in_what_is_printed():
    found = subscription(Subscriber(FCM).as_json)

    assert "/send/abc" not in repr(found)


@pytest.mark.parametrize("told", [None, [], "x", {}, {"endpoint": FCM}, {"keys": {}}])
def test_what_is_no_subscription_is_malformed(told):
    with pytest.raises(Invalid) as refused:
        subscription(told)

    assert refused.value.code == "push.malformed"


def test_an_unknown_host_is_named_as_such():
    with pytest.raises(Invalid) as refused:
        subscription(Subscriber("https://push.evil.example/a").as_json)

    assert refused.value.code == "push.host"


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_private_address_in_any_dress_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_the_addresses_of_push_services_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_a_known_name_that_leads_inside_is_not_connected_to(address):
    with pytest.raises(Forbidden):
        post(FCM, addresses=[address])


def test_one_private_address_among_public_ones_is_enough_to_refuse():
    with pytest.raises(Forbidden):
        post(FCM, addresses=["8.8.8.8", "10.0.0.1"])


def test_a_name_that_leads_nowhere_is_unreachable():
    with pytest.raises(Unreachable):
        post(FCM, addresses=[])


def test_the_name_is_asked_once_and_that_answer_is_connected_to(push_service):
    # given a name that answers differently the second time (rebinding)
    asked = []

    async def lookup(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.1"]

    # when
    post(
        push_service.subscriber().endpoint,
        test_origin=push_service.origin,
        lookup=lookup,
    )

    # then
    assert asked == ["localhost"]


def test_a_redirect_is_an_answer_not_a_way(push_service):
    elsewhere = push_service.subscriber()
    subscriber = push_service.subscriber((307, {"Location": elsewhere.endpoint}))

    answer = post(subscriber.endpoint, test_origin=push_service.origin, addresses=["127.0.0.1"])

    assert answer.status == 307
    assert push_service.to(elsewhere) == []


def test_the_test_origin_opens_one_origin_only(push_service):
    other = push_service.origin.replace(str(push_service.port), str(push_service.port + 1))

    for endpoint in (f"{other}/wpush/a", f"http://127.0.0.1:{push_service.port}/wpush/a"):
        with pytest.raises(Forbidden):
            post(endpoint, test_origin=push_service.origin, addresses=["127.0.0.1"])


def test_a_proxy_in_the_environment_is_not_used(push_service, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)

    answer = post(
        push_service.subscriber(202).endpoint,
        test_origin=push_service.origin,
        addresses=["127.0.0.1"],
    )

    assert answer.status == 202


def test_a_host_that_never_answers_is_given_up(push_service, monkeypatch):
    monkeypatch.setattr(outbound, "SECONDS", 0.3)

    with pytest.raises(Unreachable) as silent:
        post(
            push_service.subscriber(5.0).endpoint,
            test_origin=push_service.origin,
            addresses=["127.0.0.1"],
        )

    assert silent.value.code == "timeout"


def test_a_long_answer_is_cut_after_four_kib():
    async def talk(reader, writer):
        await reader.read(1024)
        writer.write(b"HTTP/1.1 500 x\r\nContent-Length: 50000000\r\n\r\n")
        try:
            while True:
                writer.write(b"x" * 65536)
                await writer.drain()
        except ConnectionError:
            writer.close()

    async def go():
        server = await asyncio.start_server(talk, "127.0.0.1", 0)
        origin = f"http://localhost:{server.sockets[0].getsockname()[1]}"

        async def lookup(host, port):
            return ["127.0.0.1"]

        async with outbound.outbound(origin, lookup) as out:
            answer = await out.post(f"{origin}/a", b"x", {})
        server.close()
        return answer

    answer = asyncio.run(go())

    assert answer.status == 500
    assert len(answer.body) == 4096


def _keeps(endpoint: str) -> bool:
    try:
        allowed(endpoint)
    except Invalid:
        return False
    return True
