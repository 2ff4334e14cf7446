"""The only door to the outside: POST to a host that strangers chose and we allowed.

HTTPS on port 443, no redirects, no proxy from the environment, ten seconds, four KiB of answer; the
name is resolved here, every address must be public, and exactly these are connected to.
"""

import asyncio
import socket
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp.abc import AbstractResolver
from yarl import URL

from app.domain.errors import Invalid
from app.domain.push import allowed, is_public

SECONDS = 10
LONGEST_ANSWER = 4096
IN_FLIGHT = 32
# Of these, one host may hold so many: a host that hangs leaves room for the others,
IN_FLIGHT_EACH = 24
# and after so many silences in a row it is left alone for this round.
GIVEN_UP_AFTER = 8

Lookup = Callable[[str, int], Awaitable[list[str]]]


class Unreachable(Exception):
    """No answer came: no such name, no route, no time. `code` is short and names no host."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Forbidden(Exception):
    """The name leads to an address that is not public. Nothing was sent."""

    code = "address"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said; the body only as far as `LONGEST_ANSWER`, never logged."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


async def addresses_of(host: str, port: int) -> list[str]:
    """Return every address of a name, as the system resolves it."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(entry[4][0] for entry in found))


class _Place:
    """What one round knows of one host."""

    def __init__(self) -> None:
        self.room = asyncio.Semaphore(IN_FLIGHT_EACH)
        self.silent = 0


class Outbound:
    """One session for many requests; made by `outbound()`."""

    def __init__(self, session: aiohttp.ClientSession, test_origin: str | None) -> None:
        self._session = session
        self._test_origin = test_origin
        self._room = asyncio.Semaphore(IN_FLIGHT)
        self._places: dict[str, _Place] = defaultdict(_Place)

    async def post(self, endpoint: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Send one request; at most `IN_FLIGHT` at a time.

        :raises Forbidden: if the endpoint or an address behind it is not allowed.
        :raises Unreachable: if no answer came.
        """
        try:
            origin, _ = allowed(endpoint, self._test_origin)
        except Invalid:
            raise Forbidden from None
        place = self._places[origin]
        async with place.room, self._room:
            if place.silent >= GIVEN_UP_AFTER:
                raise Unreachable("host")
            try:
                answer = await self._posted(endpoint, body, headers)
            except TimeoutError:
                place.silent += 1
                raise Unreachable("timeout") from None
            except (aiohttp.ClientError, OSError) as error:
                place.silent += 1
                raise _cause(error) from None
            place.silent = 0
            return answer

    async def _posted(self, endpoint: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        # `encoded`: what was allowed is what is asked for, to the letter.
        url = URL(endpoint, encoded=True)
        async with self._session.post(
            url, data=body, headers=headers, allow_redirects=False
        ) as response:
            return Answer(response.status, dict(response.headers), await _beginning(response))


@asynccontextmanager
async def outbound(test_origin: str | None = None, lookup: Lookup | None = None):
    """Open the door for one round of requests.

    `test_origin` is one literal origin that may also be plain HTTP and on this machine.
    """
    connector = aiohttp.TCPConnector(
        resolver=_PublicOnly(lookup or addresses_of, test_origin),
        use_dns_cache=False,
        limit=IN_FLIGHT,
    )
    session = aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=SECONDS),
        trust_env=False,
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        skip_auto_headers={"User-Agent", "Accept", "Accept-Encoding"},
    )
    async with session:
        yield Outbound(session, test_origin)


class _PublicOnly(AbstractResolver):
    """Resolves a name and refuses it whole if one of its addresses is not public."""

    def __init__(self, lookup: Lookup, test_origin: str | None) -> None:
        self._lookup = lookup
        self._test_place = _place(test_origin)

    async def resolve(self, host: str, port: int = 0, family: int = socket.AF_INET):
        found = await self._lookup(host, port)
        if (host, port) != self._test_place and not all(map(is_public, found)):
            raise Forbidden
        if not found:
            raise Unreachable("name")
        return [_resolved(host, address, port) for address in found]

    async def close(self) -> None:
        return None


async def _beginning(response: aiohttp.ClientResponse) -> bytes:
    said = b""
    async for chunk in response.content.iter_any():
        said += chunk
        if len(said) > LONGEST_ANSWER:
            response.close()  # Not worth hearing out, nor its connection worth keeping.
            break
    return said[:LONGEST_ANSWER]


def _place(origin: str | None) -> tuple[str, int] | None:
    if not origin:
        return None
    scheme, _, rest = origin.partition("://")
    host, _, port = rest.partition(":")
    return host, int(port or (443 if scheme == "https" else 80))


def _resolved(host: str, address: str, port: int) -> dict:
    return {
        "hostname": host,
        "host": address,
        "port": port,
        "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
        "proto": socket.IPPROTO_TCP,
        "flags": socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    }


def _cause(error: BaseException) -> Exception:
    """Return what to raise for a connection that failed; aiohttp wraps what our resolver raised."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, (Forbidden, Unreachable)):
            return seen
        seen = seen.__cause__ or seen.__context__
    if isinstance(error, (socket.gaierror, aiohttp.ClientConnectorDNSError)):
        return Unreachable("name")
    return Unreachable("connection")
