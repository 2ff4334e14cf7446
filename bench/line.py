"""A telephone line in front of a server: counts every byte, and is as slow as it is told to be.

Chromium's own throttling gives the page and its service worker a line each; here they share one, as
on a real phone.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

PIECE = 1460  # what one packet carries


class Line:
    """One line to a port of this machine, on a port of its own.

    `rate` is bytes a second in each direction, `round_trip` seconds; without them it only counts.
    """

    def __init__(self, to: int, *, rate: float | None = None, round_trip: float = 0.0) -> None:
        self.rate, self.round_trip = rate, round_trip
        self.up, self.down = bytearray(), 0
        self._to, self._free = to, {}
        self._loop = asyncio.new_event_loop()
        self._open: set[asyncio.StreamWriter] = set()
        ready = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(ready,), daemon=True)
        self._thread.start()
        ready.wait(10)

    def forget(self) -> None:
        """Begin counting anew."""
        self.up, self.down = bytearray(), 0

    @property
    def requests(self) -> list[tuple[str, int]]:
        """What was asked since, with the length of each body."""
        asked = []
        for head in bytes(self.up).split(b" HTTP/1.1\r\n"):
            if asked:
                asked[-1] = (asked[-1][0], _length(head))
            asked.append((head[max(head.rfind(m) for m in METHODS) :].decode(errors="replace"), 0))
        return asked[:-1]

    def cut(self) -> None:
        """Nobody gets through any more."""
        self._loop.call_soon_threadsafe(self._hang_up)

    def close(self) -> None:
        """End it."""
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _run(self, ready: threading.Event) -> None:
        asyncio.set_event_loop(self._loop)
        self._server = self._loop.run_until_complete(asyncio.start_server(self._call, "127.0.0.1"))
        self.port = self._server.sockets[0].getsockname()[1]
        ready.set()
        self._loop.run_forever()

    def _hang_up(self) -> None:
        self._server.close()
        for writer in self._open:
            writer.transport.abort()

    async def _call(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(self.round_trip)  # the handshake
        server, to_server = await asyncio.open_connection("127.0.0.1", self._to)
        self._open |= {writer, to_server}
        await asyncio.gather(
            self._carry(reader, to_server, "up"), self._carry(server, writer, "down")
        )
        self._open -= {writer, to_server}

    async def _carry(self, source, to, way: str) -> None:
        waiting: deque[tuple[float, bytes]] = deque()
        more = asyncio.Event()
        deliver = asyncio.ensure_future(self._deliver(waiting, more, to))
        try:
            while piece := await source.read(PIECE):
                self._count(way, piece)
                waiting.append((self._due(way, len(piece)), piece))
                more.set()
        except ConnectionError:
            pass
        waiting.append((0, b""))
        more.set()
        await deliver

    def _count(self, way: str, piece: bytes) -> None:
        if way == "up":
            self.up += piece
        else:
            self.down += len(piece)

    def _due(self, way: str, size: int) -> float:
        """When the last bit of it has come out at the other end."""
        now = self._loop.time()
        if self.rate:
            now = self._free[way] = max(now, self._free.get(way, 0)) + size / self.rate
        return now + self.round_trip / 2

    async def _deliver(self, waiting: deque, more: asyncio.Event, to) -> None:
        while True:
            while not waiting:
                more.clear()
                await more.wait()
            due, piece = waiting.popleft()
            if not piece:
                return to.close()
            await asyncio.sleep(max(0, due - self._loop.time()))
            try:
                to.write(piece)
                await to.drain()
            except ConnectionError:
                return None


METHODS = (b"GET /", b"POST /", b"PUT /", b"DELETE /")


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n\r\n")[0].lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@contextmanager
def line(to: int, **how: float) -> Iterator[Line]:
    """Lay a line and take it down afterwards."""
    laid = Line(to, **how)
    try:
        yield laid
    finally:
        laid.close()
