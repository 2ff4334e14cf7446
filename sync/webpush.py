"""One Web Push: sealed to the browser, signed with VAPID, judged by its answer.

The payload is the same constant for everybody. A push service, a lock screen and a log may all see
that a push came; none can tell which.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

from app.domain.push import Subscription
from sync.outbound import Answer, Forbidden, Outbound, Unreachable

PAYLOAD = b'{"v":1}'

# A push service may drop a message whose record is larger than this once sealed (RFC 8291).
LONGEST_PAYLOAD = 3993

# Push services refuse a signature that lives longer than a day (RFC 8292); half leaves room for
# clocks that differ.
SIGNED_FOR = timedelta(hours=12)


class Outcome(StrEnum):
    """What became of one push."""

    TAKEN = "taken"
    ENDED = "ended"
    """404 or 410: the browser is gone; delete the subscription. Nothing else deletes one."""
    LATER = "later"
    """429, 5xx, no answer: try again, not before `retry_after`."""
    REFUSED = "refused"
    """Any other answer, 413 and a redirect among them: a bug of ours or a stranger's host."""


@dataclass(frozen=True, slots=True)
class Told:
    """The outcome of one push; `code` is a status or a short word, for the desk and the log."""

    outcome: Outcome
    code: str
    retry_after: timedelta | None = None


class Sender:
    """Sends for one round; a VAPID header is signed once an origin, not once a push."""

    def __init__(self, out: Outbound, vapid_private: str, subject: str, *, now: datetime) -> None:
        from py_vapid import Vapid02

        self._out = out
        self._vapid = Vapid02.from_raw(vapid_private.encode())
        self._subject = subject
        self._now = now
        self._signed: dict[str, str] = {}

    async def send(
        self, to: Subscription, *, ttl: timedelta, urgency: str, topic: str = ""
    ) -> Told:
        """Send the constant payload. Never raises for what the other side does."""
        headers = self._headers(to.origin, ttl, urgency, topic)
        try:
            answer = await self._out.post(to.endpoint, _sealed(to), headers)
        except Forbidden as refused:
            return Told(Outcome.REFUSED, refused.code)
        except Unreachable as silent:
            return Told(Outcome.LATER, silent.code)
        return told(answer, now=self._now)

    def _headers(self, origin: str, ttl: timedelta, urgency: str, topic: str) -> dict[str, str]:
        headers = {
            "Authorization": self._authorization(origin),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(int(ttl.total_seconds())),
            "Urgency": urgency,
        }
        return headers | ({"Topic": topic} if topic else {})

    def _authorization(self, origin: str) -> str:
        if origin not in self._signed:
            # py_vapid writes into the claims it is given: a new dict each time.
            claims = {
                "aud": origin,
                "exp": int((self._now + SIGNED_FOR).timestamp()),
                "sub": self._subject,
            }
            self._signed[origin] = self._vapid.sign(claims)["Authorization"]
        return self._signed[origin]


def told(answer: Answer, *, now: datetime) -> Told:
    """Judge an answer."""
    code = str(answer.status)
    if 200 <= answer.status < 300:
        return Told(Outcome.TAKEN, code)
    if answer.status in (404, 410):
        return Told(Outcome.ENDED, code)
    if answer.status == 429 or answer.status >= 500:
        return Told(Outcome.LATER, code, _retry_after(answer, now))
    return Told(Outcome.REFUSED, code)


def topic(*parts: str) -> str:
    """Return a topic: a later push with the same one replaces an earlier one not yet delivered.

    32 characters of a hash, so that the push service learns nothing from it (RFC 8030 section 5.4).
    """
    digest = hashlib.sha256("|".join(("siaga/topic/1", *parts)).encode()).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode()


def _sealed(to: Subscription) -> bytes:
    from pywebpush import WebPusher

    assert len(PAYLOAD) <= LONGEST_PAYLOAD
    keys = {"p256dh": to.p256dh, "auth": to.auth}
    return WebPusher({"endpoint": to.endpoint, "keys": keys}).encode(PAYLOAD)["body"]


def _retry_after(answer: Answer, now: datetime) -> timedelta | None:
    said = next((v for k, v in answer.headers.items() if k.lower() == "retry-after"), "").strip()
    if said.isdigit():
        return timedelta(seconds=min(int(said), 24 * 3600))
    try:
        moment = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    if moment.tzinfo is None:
        return None
    return min(max(moment - now, timedelta(0)), timedelta(days=1))
