"""What the build made for the cadre's phone: inlined pieces, kept files, the worker. No pages."""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import brotli
from flask import Response, abort, g, request

from cadre.apart import Told

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
PREFIX = "/s/"
_A_YEAR = "public, max-age=31536000, immutable"
# The PIN's Worker has a policy of its own: it may compile Argon2 and reach nothing.
_ASSET_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"
# The service worker imports what it shares with the app, and has no document to be injected into.
# Without its picture the notification would wear the browser's.
_WORKER_POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'"

# An end tag may go where what follows ends its element anyway (HTML 13.1.2.4).
_BLOCK = "p|div|ul|ol|dl|h1|h2|section|nav|fieldset|main|header"
_ENDS = "div|main|section|fieldset|template|li|ul|ol"
_LEFT_OUT = re.compile(
    rf"(?<=>)\n+(?=<)|</p>\n?(?=<(?:{_BLOCK})[ >]|</(?:{_ENDS})>)"
    r"|</li>\n?(?=<li[ >]|</[uo]l>)|</d[td]>\n?(?=<d[td][ >]|</(?:div|dl)>)"
)


class NotBuilt(RuntimeError):
    """The front end was never built."""

    def __init__(self):
        super().__init__("static/dist is missing: run `npm ci && node build.mjs` in static/")


@dataclass(frozen=True)
class Shell:
    """One build. `style` and `boot` go into the page byte by byte; `files` are hashed and kept."""

    version: str
    style: str
    boot: str
    files: tuple[str, ...]

    @property
    def hashes(self) -> tuple[str, str]:
        """Return the CSP hashes of the style and of the boot module."""
        return _csp_hash(self.style), _csp_hash(self.boot)


def _csp_hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"


def current() -> Shell:
    """Return the build that lies in `static/dist`.

    :raises NotBuilt: if there is none.
    """
    try:
        return _read((DIST / "manifest.json").stat().st_mtime_ns)
    except FileNotFoundError:
        raise NotBuilt from None


@lru_cache(maxsize=1)
def _read(_changed_at: int) -> Shell:
    manifest = json.loads((DIST / "manifest.json").read_text())
    return Shell(
        version=manifest["version"],
        style=(DIST / "page.css").read_text(),
        boot=(DIST / "boot.js").read_text(),
        files=tuple(manifest["files"]),
    )


def slim(html: str) -> str:
    """Return the same page without the line ends and end tags that HTML lets one leave out."""
    return _LEFT_OUT.sub("", html.replace("\r\n", "\n"))


def asset(name: str) -> Response:
    """Answer with one hashed file, as the build compressed it; nothing else in there is served."""
    shell = current()
    if PREFIX + name not in shell.files:
        abort(404)
    path = DIST / name
    coding = _coding(".br", ".gz")
    body = path.with_name(name + coding) if coding else path
    answer = _answer(body.read_bytes(), coding, "text/javascript")
    answer.headers["Cache-Control"] = _A_YEAR
    answer.headers["Content-Security-Policy"] = _ASSET_POLICY
    # Its address says what is in it. Browsers ask anew for what a worker imports, once a day.
    answer.set_etag(coding or "plain")
    return answer.make_conditional(request)


def page(html: str) -> Response:
    """Answer with the phone's page: compressed once, its own style and boot module allowed."""
    style, boot = current().hashes
    g.inline = ([boot], [style])  # what app.security puts into the policy
    coding = _coding(".br", ".gz")
    answer = _answer(_packed(html, coding), coding, "text/html")
    return _unless_known(answer, html, coding)


def worker(
    words: Mapping[str, Mapping[str, str]],
    pages: Iterable[str],
    others: Mapping[str, Told],
    icon: str,
) -> Response:
    """Answer with the service worker.

    `words` are title and body of its one notification by language, the first one's first. `pages`
    are the rendered pages: a changed word makes a new version, as a changed file does. `others`
    tells of each other language how its page differs from the first one's.
    """
    shell = current()
    told = {
        "version": f"{shell.version}-{_digest(pages)}",
        "files": ["/", *shell.files],
        "words": words,
        "others": others,
        "icon": icon,
    }
    given = json.dumps(told, separators=(",", ":"))
    script = f"self.siaga={given};\n{(DIST / 'sw.js').read_text()}"
    coding = _coding(".br", ".gz")
    answer = _answer(_packed(script, coding), coding, "text/javascript")
    answer.headers["Service-Worker-Allowed"] = "/"
    answer.headers["Content-Security-Policy"] = _WORKER_POLICY
    return _unless_known(answer, script, coding)


def _unless_known(answer: Response, text: str, coding: str) -> Response:
    """Say `304` to a browser that has these bytes: the worker lays by the page just seen.

    It is the same page for everybody and lies in the shell's cache anyway.
    """
    answer.headers["Cache-Control"] = "no-cache"
    answer.set_etag(_digest([text]) + coding)
    return answer.make_conditional(request)


def _digest(pages: Iterable[str]) -> str:
    whole = hashlib.sha256()
    for html in pages:
        whole.update(html.encode())
    return whole.hexdigest()[:10]


def _coding(*offered: str) -> str:
    """Return the ending of the best coding that this browser takes, or nothing."""
    taken = request.accept_encodings
    return next((one for one in offered if {".br": "br", ".gz": "gzip"}[one] in taken), "")


@lru_cache(maxsize=32)
def _packed(text: str, coding: str) -> bytes:
    if coding == ".br":
        return brotli.compress(text.encode(), quality=11)
    return gzip.compress(text.encode(), 9, mtime=0) if coding else text.encode()


def _answer(body: bytes, coding: str, kind: str) -> Response:
    answer = Response(body, mimetype=kind)
    if coding:
        answer.headers["Content-Encoding"] = {".br": "br", ".gz": "gzip"}[coding]
    answer.headers["Vary"] = "Accept-Encoding"
    return answer
