"""Start everything on this machine: job queue, database, keys, demo district, web, worker, sweeper.

What `make run` calls at its end. For development and for showing; docs/deploying.md tells how the
same processes run in production.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from honcho.environ import parse_procfile
from honcho.manager import Manager

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from app import Misconfigured, create_app  # noqa: E402
from app.config import Settings, load_settings, valkey_socket  # noqa: E402
from app.sealing import KeysRefused  # noqa: E402

READY_WITHIN = 60


def main() -> int:
    """Run until stopped; return the exit status."""
    _stop_on_hang_up()
    os.environ["PORT"] = os.environ.get("PORT") or "8000"  # `make run PORT=` means: as usual.
    try:
        settings = load_settings()
        if settings.production:
            return _refuse("make run is for development; docs/deploying.md tells about production.")
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with only_one(settings), job_queue(settings):
            return serve(settings, prepared(settings))
    except KeyboardInterrupt:
        return 0
    except (Misconfigured, KeysRefused) as wrong:
        return _refuse(str(wrong))
    except OSError as wrong:
        return _refuse(f"{wrong.strerror or wrong}: {wrong.filename or settings.data_dir}")


@contextmanager
def only_one(settings: Settings) -> Iterator[None]:
    """Hold the data folder: two runs with one folder would take each other's job queue."""
    with (settings.data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(
                _refuse(
                    f"Already running with {settings.data_dir}. "
                    "Choose another folder: make run PORT=8001 SIAGA_DATA=var/other"
                )
            )
        yield


@contextmanager
def job_queue(settings: Settings) -> Iterator[None]:
    """Keep the embedded Valkey running, unless another one was named."""
    if os.environ.get("SIAGA_VALKEY_URL"):
        yield
        return
    socket, folder = valkey_socket(settings.data_dir), settings.data_dir / "valkey"
    queue = subprocess.Popen(
        [sys.executable, ROOT / "bin" / "run_valkey.py", socket, folder],
        start_new_session=True,  # Ctrl-C must not end it before those who use it.
    )
    try:
        yield
    finally:
        queue.terminate()
        try:
            queue.wait(5)
        except subprocess.TimeoutExpired:
            queue.kill()


def prepared(settings: Settings) -> list[str]:
    """Bring keys, tables, areas and demo up to date; return what to tell the person who started."""
    from app.cli import demo

    app = create_app(settings)
    with app.app_context():
        return demo.prepare(settings)


def serve(settings: Settings, card: list[str]) -> int:
    """Run the Procfile until one process ends or we are told to stop."""
    environment = {
        **os.environ,
        "SIAGA_DATA": str(settings.data_dir),
        "SIAGA_KEYS": str(settings.keys_dir),
        "SIAGA_VALKEY_URL": settings.valkey_url,
        "PYTHONUNBUFFERED": "1",
    }
    manager = Manager()
    for name, line in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        manager.add_process(name, line, env=environment, cwd=str(ROOT))
    address = f"http://127.0.0.1:{os.environ['PORT']}/"
    threading.Thread(target=_tell_when_ready, args=(address, card), daemon=True).start()
    manager.loop()
    stopped = {128 + signal.SIGINT, 128 + signal.SIGTERM}
    return 0 if manager.returncode in stopped else manager.returncode or 0


def _tell_when_ready(address: str, card: list[str]) -> None:
    for _ in range(READY_WITHIN * 10):
        if _answers(address):
            print("\n".join(card), flush=True)
            return
        time.sleep(0.1)


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except urllib.error.HTTPError:
        return True  # Broken, but up: its log says how.
    except OSError:
        return False
    return True


def _stop_on_hang_up() -> None:
    """A closed terminal stops everything, like Ctrl-C; unless `nohup` said otherwise."""
    if signal.getsignal(signal.SIGHUP) == signal.SIG_DFL:
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def _refuse(words: str) -> int:
    print(f"siaga: {words}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
