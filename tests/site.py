"""A whole site for a test: gunicorn, worker, sweeper and Valkey as `make run` starts them."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from app.config import ROOT, Settings

READY_WITHIN = 30.0


def free_port() -> int:
    """Return a port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def running(settings: Settings) -> Iterator[Site]:
    """All of a site over this database and these keys, on a free port, to the end of the block."""
    site = Site(settings, free_port())
    site.more = {"SIAGA_CADRE_URL": site.url, "SIAGA_DESK_URL": site.url}
    try:
        site.start()
        yield site
    finally:
        site.stop()


@dataclass
class Site:
    """The processes of one deployment. Any of them can be killed and started again by name."""

    settings: Settings
    port: int
    more: dict[str, str] = field(default_factory=dict)
    running: dict[str, subprocess.Popen] = field(default_factory=dict)
    read: int = 0
    """How many bytes of its log are of no interest any more."""

    @property
    def url(self) -> str:
        """The address that a browser uses: `localhost` is a secure context."""
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> Path:
        """Everything that the processes print."""
        return self.settings.data_dir / "site.log"

    def said(self) -> str:
        """Return what the processes printed since this test began."""
        return self.log.read_bytes()[self.read :].decode()

    def start(self, *names: str, **more: str) -> None:
        """Start processes (by default all four), with more environment for these."""
        for name in names or ("valkey", "web", "worker", "sweeper"):
            with self.log.open("ab") as log:
                self.running[name] = subprocess.Popen(
                    self._command(name),
                    cwd=ROOT,
                    env=self._environment(name) | more,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            if name == "valkey":
                self._wait(self._valkey_answers, name)
            elif name == "web":
                self._wait(self._web_answers, name)

    def kill(self, *names: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End processes with all their children, at once and without goodbye."""
        for name in names:
            process = self.running.pop(name)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, how)
            process.wait(20)

    def stop(self) -> None:
        """End whatever still runs."""
        for name in reversed(list(self.running)):
            self.kill(name, how=signal.SIGTERM if name == "valkey" else signal.SIGKILL)

    def _command(self, name: str) -> list[str]:
        here = [sys.executable, "-m"]
        data = self.settings.data_dir
        return {
            "valkey": [
                sys.executable,
                str(ROOT / "bin" / "run_valkey.py"),
                self.settings.valkey_url.removeprefix("unix://"),
                str(data / "valkey"),
            ],
            "web": [*here, "gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"],
            "worker": [*here, "flask", "--app", "wsgi", "worker"],
            "sweeper": [*here, "flask", "--app", "wsgi", "sweeper"],
        }[name]

    def _environment(self, name: str) -> dict[str, str]:
        settings = self.settings
        return os.environ | {
            "PORT": str(self.port),
            "SIAGA_ENV": settings.env,
            "SIAGA_DATA": str(settings.data_dir),
            "SIAGA_KEYS": str(settings.keys_dir),
            "SIAGA_DATABASE_URL": settings.database_url,
            "SIAGA_VALKEY_URL": settings.valkey_url,
            "SIAGA_SECRET_KEY": settings.secret_key,
            "SIAGA_PUSH_TEST_ORIGIN": settings.push_test_origin or "",
            "SIAGA_ROLE": name,
            **self.more,
        }

    def _wait(self, ready, name: str) -> None:
        end = time.monotonic() + READY_WITHIN
        while not ready():
            if self.running[name].poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{name} did not start:\n{self.log.read_text()[-3000:]}")
            time.sleep(0.05)

    def _valkey_answers(self) -> bool:
        return Path(self.settings.valkey_url.removeprefix("unix://")).exists()

    def _web_answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/sync/v1/openapi.json", timeout=2).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True
