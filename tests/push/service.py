"""A local push service: Mozilla's websocket protocol for a browser, RFC 8030 for our worker.

It judges what our worker sends as strictly as the real ones do: TTL, content encoding, VAPID
signature, audience, expiry and key, at most 4,096 bytes. It is no part of the product.
"""

import asyncio
import threading
import time
from dataclasses import dataclass, field
from uuid import uuid4

from aiohttp import WSMsgType, web

from tests.push.subscriber import Subscriber, b64, refused_vapid

LIMIT = 4096


@dataclass
class Sent:
    """One request that reached the Web Push side, as it came."""

    token: str
    headers: dict[str, str]
    body: bytes
    at: float
    answer: int


@dataclass
class Channel:
    """One subscription: who listens, which application key it is bound to, what is kept for it."""

    uaid: str
    channel_id: str
    key: str | None = None
    kept: dict[str, dict] = field(default_factory=dict)


@dataclass
class PushService:
    """Runs in a thread of its own until `stop`; `origin` is where both sides listen.

    `answers` maps a token to what is said instead of 201: a status, or (status, headers), or a
    number of seconds of silence as a float. A list is used up from the front, its last one stays.
    """

    answers: dict[str, list] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    acks: list[dict] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    channels: dict[str, Channel] = field(default_factory=dict)
    subscribers: dict[str, Subscriber] = field(default_factory=dict)
    sockets: dict[str, web.WebSocketResponse] = field(default_factory=dict)
    in_flight: int = 0
    most_in_flight: int = 0
    delay: float = 0.0
    away: bool = False
    """No browser gets through: what comes meanwhile is kept for it."""
    port: int = 0

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def websocket(self) -> str:
        return f"ws://localhost:{self.port}/"

    def start(self) -> "PushService":
        self._loop = asyncio.new_event_loop()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        assert ready.wait(10), "the push service did not start"
        return self

    def stop(self) -> None:
        if self._loop.is_closed():
            return
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join(10)

    def subscriber(self, *answers) -> Subscriber:
        """Return a subscription without a browser, able to open what it is sent."""
        subscriber = Subscriber(f"{self.origin}/wpush/{uuid4().hex}")
        self.subscribers[subscriber.token] = subscriber
        if answers:
            self.answers[subscriber.token] = list(answers)
        return subscriber

    def to(self, subscriber: Subscriber) -> list[Sent]:
        return [sent for sent in self.sent if sent.token == subscriber.token]

    def hang_up(self) -> None:
        """Close every browser's socket, as a phone that lost the network."""
        for socket in list(self.sockets.values()):
            asyncio.run_coroutine_threadsafe(socket.close(), self._loop).result(5)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve(ready))
        left = asyncio.all_tasks(self._loop)
        for task in left:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        self._loop.close()

    async def _serve(self, ready: threading.Event) -> None:
        self._stopping = asyncio.Event()
        app = web.Application(client_max_size=64 * 1024)
        app.router.add_get("/", self._talk)
        app.router.add_post("/wpush/{token}", self._receive)
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "localhost", self.port)
        await site.start()
        self.port = runner.addresses[0][1]
        ready.set()
        await self._stopping.wait()
        for socket in list(self.sockets.values()):
            await socket.close()
        await runner.cleanup()

    async def _receive(self, request: web.Request) -> web.Response:
        self.in_flight += 1
        self.most_in_flight = max(self.most_in_flight, self.in_flight)
        try:
            body = await request.read()
            token = request.match_info["token"]
            status, headers = await self._judged(request, token, body)
            self.sent.append(Sent(token, dict(request.headers), body, time.time(), status))
            return web.Response(status=status, headers=headers)
        finally:
            self.in_flight -= 1

    async def _judged(self, request: web.Request, token: str, body: bytes):
        if self.delay:
            await asyncio.sleep(self.delay)
        planned = self.answers.get(token)
        if planned:
            answer = planned.pop(0) if len(planned) > 1 else planned[0]
            if isinstance(answer, float):
                await asyncio.sleep(answer)
                return 201, {}
            if answer != 201:
                return answer if isinstance(answer, tuple) else (answer, {})
        if token not in self.channels and token not in self.subscribers:
            return 404, {}
        channel = self.channels.get(token)
        status = self._refused(request, body, channel)
        if status:
            return status, {}
        if channel:
            await self._keep(channel, request, body)
        return 201, {"TTL": request.headers["TTL"], "Location": f"{self.origin}/m/{uuid4().hex}"}

    def _refused(self, request: web.Request, body: bytes, channel: Channel | None) -> int:
        if len(body) > LIMIT:
            return 413
        if not request.headers.get("TTL", "").isdigit() or not body:
            return 400
        if request.headers.get("Content-Encoding") != "aes128gcm":
            return 415
        key = channel.key if channel else None
        return 401 if refused_vapid(request.headers, self.origin, key) else 0

    async def _keep(self, channel: Channel, request: web.Request, body: bytes) -> None:
        message = {
            "messageType": "notification",
            "channelID": channel.channel_id,
            "version": uuid4().hex,
            "data": b64(body),
            "headers": {"encoding": "aes128gcm"},
        }
        topic = request.headers.get("Topic")
        if topic:
            for version, kept in list(channel.kept.items()):
                if kept.get("topic") == topic:
                    del channel.kept[version]
        if int(request.headers["TTL"]) or channel.uaid in self.sockets:
            channel.kept[message["version"]] = {"message": message, "topic": topic}
        socket = self.sockets.get(channel.uaid)
        if socket and not socket.closed:
            await socket.send_json(message)

    async def _talk(self, request: web.Request) -> web.StreamResponse:
        if self.away:
            return web.Response(status=503)
        socket = web.WebSocketResponse(protocols=("push-notification",))
        await socket.prepare(request)
        uaid = None
        async for message in socket:
            if message.type != WSMsgType.TEXT:
                break
            said = message.json()
            self.heard.append(said.get("messageType", "ping"))
            if said.get("messageType") == "hello":
                uaid = await self._hello(socket, said)
            else:
                await self._answer(socket, uaid, said)
        if uaid and self.sockets.get(uaid) is socket:
            del self.sockets[uaid]
        return socket

    async def _hello(self, socket: web.WebSocketResponse, said: dict) -> str:
        uaid = said.get("uaid") or uuid4().hex
        self.sockets[uaid] = socket
        await socket.send_json(
            {
                "messageType": "hello",
                "uaid": uaid,
                "status": 200,
                "use_webpush": True,
                "broadcasts": {},
            }
        )
        for channel in self.channels.values():
            if channel.uaid == uaid:
                for kept in list(channel.kept.values()):
                    await socket.send_json(kept["message"])
        return uaid

    async def _answer(self, socket: web.WebSocketResponse, uaid: str, said: dict) -> None:
        kind = said.get("messageType", "ping")
        if kind == "ping":
            await socket.send_str("{}")
        elif kind == "register":
            token = uuid4().hex
            self.channels[token] = Channel(uaid, said["channelID"], said.get("key"))
            endpoint = f"{self.origin}/wpush/{token}"
            await socket.send_json(
                {
                    "messageType": "register",
                    "channelID": said["channelID"],
                    "status": 200,
                    "pushEndpoint": endpoint,
                }
            )
        elif kind == "unregister":
            for token, channel in list(self.channels.items()):
                if channel.channel_id == said["channelID"]:
                    del self.channels[token]
            await socket.send_json(
                {"messageType": "unregister", "channelID": said["channelID"], "status": 200}
            )
        elif kind == "ack":
            self.acks.extend(said["updates"])
            for update in said["updates"]:
                for channel in self.channels.values():
                    channel.kept.pop(update["version"], None)
