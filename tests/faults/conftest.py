"""What these tests borrow from the protocol's, and a site whose processes they start themselves."""

import pytest

from tests.site import Site, free_port
from tests.sync.conftest import opened

__all__ = ["opened", "processes"]


@pytest.fixture
def processes(app, settings):
    """A site of which nothing runs yet."""
    made = Site(settings, free_port())
    try:
        made.start("valkey")
        yield made
    finally:
        made.stop()
