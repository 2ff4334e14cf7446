"""The phone's JavaScript: its own tests under node, its doors, node against Python."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from app.sealing import envelope as e

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
CADRE = STATIC / "cadre"
ID = "0b9f4a2e-5c1d-4e8f-9a7b-3c2d1e0f9a8b"
DEVICE = "1c0f4a2e-5c1d-4e8f-9a7b-3c2d1e0f9a8b"
KID = "intake.33.02.1"
# Emoji, right to left, and what JSON escapes.
CONTENT = {
    "act": "report.create",
    "body": {"note": 'ibu 🥥 "مرحبا" \\ \n', "violence": ["physical"]},
}

# What only one module may say (docs: five doors). The worker opens two of them for itself.
DOORS = {
    "store.js": (r"\bindexedDB\b|\bopenDB\b|\bcaches\b", {"store.js", "sw.js"}),
    "sync.js": (r"\bfetch\(|XMLHttpRequest|sendBeacon|WebSocket|EventSource", {"sync.js"}),
    "push.js": (r"\bpushManager\b", {"push.js"}),
    "shell.js": (r"\bserviceWorker\b", {"shell.js"}),
    "screens/": (r"\bdocument\b", {"forms.js"}),
}


def code(path: Path) -> str:
    """What a module says outside its comments."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    return re.sub(r"(?m)(?:^|\s)//.*$", "", text)


def run(*command: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run something here and keep what it says."""
    return subprocess.run(command, input=given, capture_output=True, text=True, cwd=ROOT)


def node(name: str, job: dict) -> object:
    """Ask the phone's modules something, as node runs them."""
    folder = run("bin/node-folder").stdout.strip()
    asked = json.dumps([name, job])
    done = run(f"{folder}/node", "tests/js/crossing.mjs", "answer", given=asked)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_its_own_tests_pass():
    done = run("bin/front-end", "test")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-1000:]


@pytest.mark.parametrize("door", DOORS)
def test_each_door_is_one_module(door):
    pattern, keepers = DOORS[door]
    modules = {path.relative_to(CADRE).as_posix(): path for path in CADRE.rglob("*.js")}
    found = {
        name
        for name, path in modules.items()
        if re.search(pattern, code(path)) and not name.startswith(door)
    }
    assert found <= keepers


def test_no_module_carries_a_sentence():
    sentence = re.compile(r"['\"`][A-Z][a-z]+(?: [a-z]+){2,}[^'\"`]*['\"`]")
    found = {path.name: sentence.findall(code(path)) for path in CADRE.rglob("*.js")}
    assert {name: said for name, said in found.items() if said} == {}


def test_the_lock_file_names_no_registry():
    assert '"resolved"' not in (STATIC / "package-lock.json").read_text()


def test_what_node_seals_python_opens():
    private = e.new_private()
    answer = node(
        "sealed",
        {"public_key": e.b64(e.public_of(private)), "kid": KID, "id": ID, "content": CONTENT},
    )
    sealed = e.unb64(answer["sealed"])
    assert answer["sha256"] == e.digest(sealed)
    assert e.open_sealed(private, e.envelope_info(KID, ID, 1), sealed) == CONTENT


def test_what_python_seals_node_opens_and_no_changed_bit_of_it():
    pair = node("device", {})
    info = e.item_info("visit", DEVICE, ID, 1)
    item = e.b64(e.seal(e.unb64(pair["public_key"]), info, CONTENT, e.ITEM_SIZES))
    job = {"pair": pair, "kind": "visit", "device_id": DEVICE, "id": ID, "item": item}
    assert node("opened", job) == CONTENT
    assert node("opened", job | {"kind": "alert"}) is None
    assert node("survivors", job) == 0
