"""What these tests borrow from the protocol's."""

from tests.sync.conftest import opened

__all__ = ["opened"]
