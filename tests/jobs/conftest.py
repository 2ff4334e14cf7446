"""The push service of the tests."""

import pytest

from tests.push.service import PushService


@pytest.fixture
def push_service():
    service = PushService().start()
    yield service
    service.stop()
