"""A cadre's phone in Python: enrols, seals, sends, fetches and opens, as the real one does.

Over HTTP it needs nothing of ours but `app.sealing`; in tests it speaks to the app directly.
"""

from __future__ import annotations

import contextvars
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from uuid import uuid4

from app import sealing
from app.sealing import ACT_SIZES, b64, digest, envelope_info, item_info, unb64

PATH = "/sync/v1"
KDF = {"name": "argon2id", "memory_kib": 19456, "passes": 2}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body) if self.body else {}


class InProcess:
    """Speaks to a Flask app in this process, each request in a context of its own."""

    def __init__(self, app):
        self._app = app

    def __call__(self, method: str, path: str, body: bytes | None, headers: dict) -> Answer:
        def ask() -> Answer:
            client = self._app.test_client(use_cookies=False)
            got = client.open(path, method=method, data=body, headers=headers)
            return Answer(got.status_code, dict(got.headers), got.data)

        # Else the test's own session, with what it has read so far, would answer.
        return contextvars.Context().run(ask)


class OverHttp:
    """Speaks to a running server."""

    def __init__(self, url: str, timeout: float = 20):
        self._url, self._timeout = url.rstrip("/"), timeout

    def __call__(self, method: str, path: str, body: bytes | None, headers: dict) -> Answer:
        asked = urllib.request.Request(self._url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=self._timeout) as got:
                return Answer(got.status, dict(got.headers), got.read())
        except urllib.error.HTTPError as got:
            return Answer(got.code, dict(got.headers), got.read())


@dataclass
class Phone:
    """One phone with its keys, its outbox and what it has fetched."""

    server: object
    private: object = field(default_factory=sealing.new_private)
    device_id: str | None = None
    share: str | None = None
    cookie: str | None = None
    match: str | None = None
    keys: list[dict] = field(default_factory=list)
    verifier: bytes = b"\x01" * 32
    label: str = "Python"
    seq: int = 0
    clock_off: timedelta = timedelta(0)
    """How wrong this phone's clock is."""
    unlocked: bool = True
    outbox: dict[str, dict] = field(default_factory=dict)
    """Sealed and without a receipt."""
    sent: dict[str, dict] = field(default_factory=dict)
    receipts: dict[str, str] = field(default_factory=dict)
    last_receipt: str | None = None
    epoch: int | None = None
    cursor: str | None = None
    items: dict[tuple[str, str], dict] = field(default_factory=dict)
    opened: dict[str, dict] = field(default_factory=dict)

    # Asking --------------------------------------------------------------------------------

    def ask(self, method: str, path: str, message: object = None, **headers: str) -> Answer:
        """Send one request as the app does; `X_Siaga="0"` and the like override its headers."""
        sent = {"X-Siaga": "1", "X-Schema": "1", "Sec-Fetch-Site": "same-origin"}
        body = None
        if message is not None:
            body = message if isinstance(message, bytes) else json.dumps(message).encode()
            sent["Content-Type"] = "application/json"
        if self.cookie:
            sent["Cookie"] = f"__Host-siaga={self.cookie}"
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        answer = self.server(method, PATH + path, body, sent)
        given = SimpleCookie(answer.headers.get("Set-Cookie", ""))
        if "__Host-siaga" in given:
            self.cookie = given["__Host-siaga"].value or None
        return answer

    def now(self) -> datetime:
        return datetime.now(UTC) + self.clock_off

    # Enrolling -----------------------------------------------------------------------------

    def enrol(self, code: str) -> Answer:
        device = {"public_key": b64(sealing.public_of(self.private)), "label": self.label}
        verifier = b64(self.verifier)
        answer = self.ask(
            "POST",
            "/enrolments",
            {"code": code, "device": device, "verifier": verifier, "kdf": KDF},
        )
        if answer.status == 201:
            got = answer.json
            self.device_id, self.share, self.match = (
                got["device_id"],
                got["share"],
                got["match"],
            )
            self.learn_keys(got["keys"])
        return answer

    def learn_keys(self, keys: dict) -> None:
        self.keys = json.loads(unb64(keys["signed"]).split(b"|", 1)[1])["keys"]

    def unlock(self) -> Answer:
        proof = {"device_id": self.device_id, "proof": b64(self.verifier)}
        return self.ask("POST", "/unlocks", proof)

    # Sealing and sending -------------------------------------------------------------------

    def seal(
        self,
        act: str,
        body: dict,
        *,
        id: str | None = None,
        ago: timedelta = timedelta(0),
        schema: int = 1,
        **frame: object,
    ) -> str:
        """Seal an act into the outbox; return the id of what it creates."""
        at = (self.now() - ago).isoformat().replace("+00:00", "Z")
        content = {"act": act, "at": at, "by": self.device_id, "unlocked": self.unlocked}
        return self.seal_content(content | {"body": body} | frame, id=id, schema=schema)

    def seal_content(
        self, content: dict, *, id: str | None = None, schema: int = 1, kid: str | None = None
    ) -> str:
        envelope_id = id or str(uuid4())
        key = self.keys[-1]
        kid = kid or key["kid"]
        info = envelope_info(kid, envelope_id, schema)
        sealed = sealing.seal(unb64(key["public_key"]), info, content, ACT_SIZES)
        self.put(envelope_id, sealed, kid=kid, schema=schema)
        return envelope_id

    def put(self, envelope_id: str, sealed: bytes, *, kid: str, schema: int = 1) -> dict:
        """Put sealed bytes into the outbox as they are."""
        self.seq += 1
        envelope = {
            "id": envelope_id,
            "kid": kid,
            "schema": schema,
            "seq": self.seq,
            "sha256": digest(sealed),
            "sealed": b64(sealed),
        }
        self.outbox[envelope_id] = envelope
        return envelope

    def batch(self, envelopes: list[object]) -> dict:
        now = self.now().isoformat()
        return {"device_now": now, "last_receipt": self.last_receipt, "envelopes": envelopes}

    def send(
        self, envelopes: list[object] | None = None, *, lost: bool = False, **headers
    ) -> Answer:
        """Send the outbox (or these); `lost`: the answer never arrives."""
        chosen = list(self.outbox.values())[:50] if envelopes is None else envelopes
        answer = self.ask("POST", "/envelopes", self.batch(chosen), **headers)
        if answer.status == 200 and not lost:
            self.believe(answer.json)
        return answer

    def believe(self, answer: dict) -> None:
        """Keep receipts for what the server proved to have, as the real phone does."""
        if self.epoch is not None and answer["epoch"] != self.epoch:
            self.outbox = self.sent | self.outbox
            self.sent = {}
        self.epoch = answer["epoch"]
        for result in answer["results"]:
            if result["status"] not in {"stored", "duplicate", "conflict"}:
                continue
            envelope = self.outbox.get(result["id"]) or self.sent.get(result["id"])
            if envelope is None or envelope["sha256"] != result["sha256"]:
                continue
            self.receipts[result["id"]] = self.last_receipt = result["receipt"]
            self.sent[result["id"]] = envelope
            self.outbox.pop(result["id"], None)

    def act(self, act: str, body: dict, **more) -> str:
        """Seal and send at once; return the id."""
        envelope_id = self.seal(act, body, **more)
        answer = self.send()
        assert answer.status == 200, answer.body
        return envelope_id

    # Fetching ------------------------------------------------------------------------------

    def fetch(self, **headers: str) -> Answer:
        """Fetch all pages and open what is sealed; return the last answer."""
        while True:
            query = f"?since={self.cursor}" if self.cursor else ""
            answer = self.ask("GET", f"/changes{query}", **headers)
            if answer.status != 200:
                return answer
            self._take(answer.json)
            if not answer.json["more"]:
                return answer

    def _take(self, page: dict) -> None:
        if page.get("reset"):
            self.items.clear()
        self.cursor, self.epoch = page["cursor"], page["epoch"]
        for item in page["items"]:
            key = (item["kind"], item["id"])
            if item.get("gone"):
                self.items.pop(key, None)
            else:
                self.items[key] = item["open"] if "open" in item else self._open(item)
        for (kind, _), content in self.items.items():
            if kind == "keys":
                self.learn_keys(content)

    def _open(self, item: dict) -> dict:
        info = item_info(item["kind"], self.device_id, item["id"], item["schema"])
        return sealing.open_sealed(self.private, info, unb64(item["sealed"]))

    def of_kind(self, kind: str) -> list[dict]:
        return [content for (found, _), content in self.items.items() if found == kind]

    def state_of(self, report_id: str) -> str | None:
        content = self.items.get(("report_status", report_id))
        return content["state"] if content else None


def paired(app, person, *, confirm: bool = True) -> Phone:
    """Return a phone of this cadre that enrolled and, unless told otherwise, was confirmed."""
    from app.db import db, transaction, utc_now
    from app.models import Device
    from app.services import phones

    with transaction():
        invited = phones.invite(person, now=utc_now())
    phone = Phone(InProcess(app))
    answer = phone.enrol(invited.code)
    assert answer.status == 201, answer.body
    if confirm:
        from uuid import UUID

        with fresh(), transaction() as session:
            phones.confirm(session.get_one(Device, UUID(phone.device_id)), now=utc_now())
    db.session.rollback()
    return phone


@contextmanager
def fresh() -> Iterator[None]:
    """See what others committed: end what this test has read so far."""
    from app.db import db

    db.session.rollback()
    db.session.expire_all()
    yield
