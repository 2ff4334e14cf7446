"""The phone's sealing and the server's understand each other, in a real browser, both ways."""

from __future__ import annotations

import json
import subprocess
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key

from app import sealing
from app.sealing import envelope as e
from app.sealing.invites import link, typed_form

ROOT = Path(__file__).parent.parent.parent
GOLDEN = ROOT / "tests" / "golden" / "envelopes" / "v1"
ID = "0b9f4a2e-5c1d-4e8f-9a7b-3c2d1e0f9a8b"
DEVICE = "1c0f4a2e-5c1d-4e8f-9a7b-3c2d1e0f9a8b"
DISTRICT = "33.02"
CONTENT = {"act": "call.me", "note": "Ibu 👩🏽‍🦽 مرحبا \u202e", "many": [1, None, True]}
MODULES = """
import * as seal from './cadre/seal.js';
import * as keylist from './cadre/keylist.js';
import * as bytes from './cadre/bytes.js';
import * as enrol from './cadre/enrol.js';
Object.assign(globalThis, { seal, keylist, bytes, enrol });
"""


@pytest.fixture(scope="module")
def bundle() -> bytes:
    """The phone's own modules, as the build bundles them."""
    esbuild = ROOT / "static" / "node_modules" / ".bin" / "esbuild"
    command = [esbuild, "--bundle", "--format=iife", "--charset=utf8", "--log-level=error"]
    done = subprocess.run(
        command, input=MODULES.encode(), capture_output=True, cwd=ROOT / "static", check=True
    )
    return done.stdout


@pytest.fixture(scope="module")
def page(chromium, bundle):
    """A page of a secure context with the modules in it; nothing else is served."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>t</title>")

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = chromium.new_page()
    page.goto(f"http://localhost:{server.server_port}/")
    page.add_script_tag(content=bundle.decode())
    yield page
    page.close()
    server.shutdown()
    server.server_close()


@pytest.fixture
def folder(tmp_path):
    folder = sealing.KeyFolder(tmp_path / "keys")
    folder.make_missing([DISTRICT], datetime(2026, 11, 23, tzinfo=UTC))
    return folder


def test_what_the_phone_seals_the_district_opens(page, folder):
    opener = folder.load_opener()
    intake = opener.public_keys("intake", DISTRICT)[-1]

    sealed = page.evaluate(
        """async ([point, kid, id, content]) => bytes.b64(await seal.seal(
            bytes.unb64(point), seal.envelopeInfo(kid, id, 1), content, seal.ACT_SIZES))""",
        [e.b64(intake.public), intake.kid, ID, CONTENT],
    )

    raw = e.unb64(sealed)
    assert len(raw) == 1024 + e.OVERHEAD
    assert opener.open_envelope(intake.kid, ID, 1, raw) == CONTENT


def test_half_an_emoji_from_the_phone_is_mended(page, folder):
    opener = folder.load_opener()
    intake = opener.public_keys("intake", DISTRICT)[-1]

    sealed = page.evaluate(
        """async ([point, kid, id]) => bytes.b64(await seal.seal(bytes.unb64(point),
            seal.envelopeInfo(kid, id, 1), {note: '👍'.slice(0, 1)}, seal.ACT_SIZES))""",
        [e.b64(intake.public), intake.kid, ID],
    )

    assert opener.open_envelope(intake.kid, ID, 1, e.unb64(sealed)) == {"note": "\ufffd"}


def test_what_the_server_seals_the_phone_opens_with_its_own_key_and_use(page):
    public_key = page.evaluate(
        """async () => {
            const pair = await seal.newKeyPair();
            globalThis.pair = await seal.usablePair(pair);
            globalThis.pkcs8 = bytes.b64(pair.pkcs8);
            return bytes.b64(pair.public_key);
        }"""
    )
    info = e.item_info("visit", DEVICE, ID, 1)
    sealed = e.b64(e.seal(e.unb64(public_key), info, CONTENT, e.ITEM_SIZES))
    open_it = """async ([kind, device, id, schema, sealed]) => seal.openSealed(
        pair, seal.itemInfo(kind, device, id, schema), bytes.unb64(sealed)).catch(e => e.name)"""

    assert page.evaluate(open_it, ["visit", DEVICE, ID, 1, sealed]) == CONTENT
    for other in (["message", DEVICE, ID, 1], ["visit", ID, ID, 1], ["visit", DEVICE, ID, 2]):
        assert page.evaluate(open_it, [*other, sealed]) == "Error"
    # The key that the browser made is one that Python reads.
    private = load_der_private_key(e.unb64(page.evaluate("pkcs8")), None)
    assert e.open_sealed(private, info, e.unb64(sealed)) == CONTENT


def test_the_golden_envelopes_open_in_the_browser_too(page):
    key = json.loads((GOLDEN / "key.json").read_text())
    private = e.private_from(e.unb64(key["private"]))
    numbers = private.public_key().public_numbers()
    jwk = {
        "kty": "EC",
        "crv": "P-256",
        "d": key["private"],
        "x": e.b64(numbers.x.to_bytes(32, "big")),
        "y": e.b64(numbers.y.to_bytes(32, "big")),
    }
    page.evaluate(
        """async ([jwk, point]) => {
            const curve = {name: 'ECDH', namedCurve: 'P-256'};
            globalThis.golden = {
                privateKey: await crypto.subtle.importKey(
                    'jwk', jwk, curve, false, ['deriveBits']),
                publicKey: await crypto.subtle.importKey(
                    'raw', bytes.unb64(point), curve, true, []),
            };
        }""",
        [jwk, e.b64(e.public_of(private))],
    )

    for path in sorted(GOLDEN.glob("*.envelope.json")):
        kept = json.loads(path.read_text())
        opened = page.evaluate(
            """([info, sealed]) =>
                seal.openSealed(golden, bytes.utf8(info), bytes.unb64(sealed))""",
            [kept["info"], kept["sealed"]],
        )
        assert opened == kept["content"], path.name


def test_every_flipped_bit_is_refused_in_the_browser(page):
    page.evaluate(
        "async () => { globalThis.pair = await seal.usablePair(globalThis.made = "
        "await seal.newKeyPair()); }"
    )

    opened = page.evaluate(
        """async ([device, id]) => {
            const info = seal.itemInfo('alert', device, id, 1);
            const sealed = await seal.seal(made.public_key, info, {a: 1}, [64]);
            let count = 0;
            for (let at = 0; at < sealed.length * 8; at += 1) {
                const changed = sealed.slice();
                changed[at >> 3] ^= 1 << (at & 7);
                count += await seal.openSealed(pair, info, changed).then(() => 1, () => 0);
            }
            return [count, sealed.length, await seal.openSealed(pair, info, sealed)];
        }""",
        [DEVICE, ID],
    )

    assert opened == [0, 64 + e.OVERHEAD, {"a": 1}]


def test_the_phone_trusts_the_pinned_signer_and_the_one_it_announced(page, folder):
    now = datetime(2026, 11, 23, tzinfo=UTC)

    def told(serial):
        intake = folder.load_opener().public_keys("intake", DISTRICT)
        signed = folder.load_signer().key_list(DISTRICT, serial, now, intake)
        names = ("signed", "signature", "signer")
        return {name: e.b64(getattr(signed, name)) for name in names}

    fingerprint = folder.load_signer().fingerprint
    first = told(1)
    trust = """async ([list, fingerprint]) => {
        globalThis.kept = await keylist.trustedFirst(list, fingerprint);
        return kept && keylist.intakeKey(kept).kid;
    }"""
    again = """async (list) => {
        globalThis.kept = await keylist.trustedNext(kept, list);
        return [kept.serial, keylist.intakeKey(kept).kid];
    }"""

    assert page.evaluate(trust, [first, "0" * 32]) is None
    assert page.evaluate(trust, [first, fingerprint[:16]]) == "intake.33.02.1"
    assert page.evaluate(trust, [first, fingerprint]) == "intake.33.02.1"
    folder.rotate(DISTRICT, now)
    assert page.evaluate(again, told(2)) == [2, "intake.33.02.2"]
    folder.rotate_signer()
    assert page.evaluate(again, told(3)) == [3, "intake.33.02.2"]
    assert page.evaluate(again, first) == [3, "intake.33.02.2"]


def test_the_phone_reads_the_invite_as_it_was_printed_and_as_it_was_typed(page):
    code, fingerprint = "7KQ2M4XN0R1P", "f8027652647683e4c69b643ca58108b3"
    printed = link("https://buku.example", code, fingerprint)
    typed = typed_form(code, fingerprint).lower().replace("0", "o")

    assert page.evaluate("(text) => enrol.readCode(text)", printed) == {
        "code": code,
        "fingerprint": fingerprint,
    }
    assert page.evaluate("(text) => enrol.readCode(text)", typed) == {
        "code": code,
        "fingerprint": fingerprint[:16],
    }
