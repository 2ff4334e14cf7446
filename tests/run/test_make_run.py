"""`make run`, as somebody does it who has just cloned this and has no Node on the machine."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
INSTALLED_WITHIN = 420  # On a slow line; a minute with a warm package cache.
STARTED_WITHIN = 5  # Promised for every later start, on a machine that does nothing else.
STOPPED_WITHIN = 10


@dataclass
class Run:
    """One `make run`: its process, and what it has printed."""

    process: subprocess.Popen
    log: Path
    data: Path

    def printed(self) -> str:
        return self.log.read_text(errors="replace")

    def wait_until_it_says(self, words: str, within: float) -> float:
        """Return after how many seconds the words came."""
        start = time.monotonic()
        while time.monotonic() - start < within:
            if words in self.printed():
                return time.monotonic() - start
            assert self.process.poll() is None, self.printed()[-3000:]
            time.sleep(0.05)
        raise AssertionError(f"not within {within} s:\n{self.printed()[-3000:]}")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop as a terminal does: the signal goes to everybody in the foreground."""
        os.killpg(self.process.pid, how)
        self.process.wait(STOPPED_WITHIN)


@dataclass
class Clone:
    """A fresh clone, with a PATH on which there is no Node."""

    folder: Path
    path: Path
    port: int

    def run(self, data: Path, port: int | None = None) -> Run:
        log = data.with_suffix(f".{time.monotonic_ns()}.log")
        with log.open("wb") as out:
            process = subprocess.Popen(
                ["make", "run", f"PORT={port or self.port}", f"SIAGA_DATA={data}"],
                cwd=self.folder,
                env=self.environment(),
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return Run(process, log, data)

    def flask(self, data: Path, *command: str) -> str:
        environment = {**self.environment(), "PORT": str(self.port), "SIAGA_DATA": str(data)}
        return subprocess.run(
            [self.folder / ".venv/bin/flask", "--app", "wsgi", *command],
            cwd=self.folder,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("SIAGA")}
        return {**kept, "PATH": str(self.path), "PYTHON": sys.executable, "MAKEFLAGS": ""}


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    place = tmp_path_factory.mktemp("clone")
    subprocess.run(["git", "clone", "--quiet", ROOT, place / "siaga"], check=True)
    return Clone(place / "siaga", _path_without_node(place / "bin"), _free_port())


@pytest.fixture(scope="module")
def installed(clone: Clone, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The data folder of a first `make run` that came up and was stopped again."""
    data = tmp_path_factory.mktemp("d") / "data"
    first = clone.run(data)
    try:
        first.wait_until_it_says("Ctrl-C stops everything", INSTALLED_WITHIN)
    finally:
        first.stop()
    return first


def test_a_fresh_clone_comes_up_and_says_how_to_come_in(clone, installed):
    said = installed.printed()

    assert f"http://localhost:{clone.port}/" in said
    assert re.search(r"password +\S{16,}", said)
    assert re.search(r"code now +\d{6}", said)
    assert "otpauth://totp/" in said
    for colleague in ("teratai", "wijaya", "bakung", "kamboja"):
        assert re.search(rf"{colleague} +\S{{16,}} +\d{{6}} +[A-Z2-7]{{32}}", said)
    assert re.search(rf"http://localhost:{clone.port}/#[0-9A-Z]{{12}}[0-9a-f]{{32}}", said)
    assert "▄" in said
    assert f"adb reverse tcp:{clone.port}" in said


def test_without_node_on_the_path_one_is_installed(clone, installed):
    assert (clone.folder / ".venv" / "bin" / "node").exists()
    assert (clone.folder / "static" / "dist" / "manifest.json").exists()


def test_the_keys_lie_outside_the_data(installed):
    keys = installed.data.with_name("data.keys")

    assert {"district.keys", "phones.keys", "signing.key"} <= set(os.listdir(keys))
    assert not list(installed.data.rglob("*.key*"))
    assert all(path.stat().st_mode & 0o077 == 0 for path in keys.iterdir())


def test_stopping_stops_everything(installed):
    assert installed.process.returncode is not None
    assert _processes_with(installed.data) == []


def test_a_second_start_takes_seconds_and_keeps_the_data(clone, installed):
    before = clone.flask(installed.data, "queue", "list", "--json")
    people = clone.flask(installed.data, "people", "list", "--json")

    again = clone.run(installed.data)
    try:
        took = again.wait_until_it_says("Ctrl-C stops everything", 60)
        page = urllib.request.urlopen(f"http://localhost:{clone.port}/", timeout=5)
        assert page.status == 200
    finally:
        again.stop(signal.SIGTERM)

    assert took < STARTED_WITHIN * _crowd()
    assert _ids(clone.flask(installed.data, "queue", "list", "--json")) == _ids(before)
    assert clone.flask(installed.data, "people", "list", "--json") == people
    assert _processes_with(installed.data) == []


def test_two_run_side_by_side_but_not_in_one_folder(clone, installed, tmp_path):
    too_long_for_a_socket = tmp_path / ("x" * 90)
    too_long_for_a_socket.mkdir()
    one = clone.run(installed.data)
    other = clone.run(too_long_for_a_socket / "data", _free_port())
    same = None
    try:
        one.wait_until_it_says("Ctrl-C stops everything", 60)
        other.wait_until_it_says("Ctrl-C stops everything", 60)
        same = clone.run(installed.data, _free_port())
        same.process.wait(30)
    finally:
        one.stop()
        other.stop()

    assert same.process.returncode != 0
    assert "Already running" in same.printed()
    assert _processes_with(tmp_path) == []


def test_a_killed_run_does_not_keep_the_next_one_from_starting(clone, installed):
    killed = clone.run(installed.data)
    killed.wait_until_it_says("Ctrl-C stops everything", 60)
    left = [pid for pid in _processes_with(installed.data)]
    for pid in left:
        if "run.py" in _command(pid):
            os.kill(pid, signal.SIGKILL)
    killed.process.wait(STOPPED_WITHIN)
    for pid in _processes_with(installed.data):
        if "valkey" not in _command(pid):
            os.kill(pid, signal.SIGKILL)

    again = clone.run(installed.data)
    try:
        again.wait_until_it_says("Ctrl-C stops everything", 60)
    finally:
        again.stop()

    assert _processes_with(installed.data) == []


def _path_without_node(folder: Path) -> Path:
    """Make a folder with every program of the PATH but Node's."""
    folder.mkdir()
    for place in reversed(os.environ["PATH"].split(os.pathsep)):
        for program in Path(place).iterdir() if Path(place).is_dir() else ():
            if program.name not in {"node", "npm", "npx", "corepack", "nodejs"}:
                link = folder / program.name
                link.unlink(missing_ok=True)
                link.symlink_to(program)
    return folder


def _free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def _crowd() -> float:
    """Return by how many times the processors are asked for by others too; 1 when they are not."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))


def _ids(listed: str) -> list[str]:
    return re.findall(r'"id": "([^"]+)"', listed)


def _processes_with(data: Path) -> list[int]:
    """Return whoever was started for this data folder and is not a zombie."""
    mark = str(data).encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            named = mark in (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            if named and ") Z " not in (entry / "stat").read_text():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
