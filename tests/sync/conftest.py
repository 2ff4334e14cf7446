"""Phones, and what opens what they sent."""

import pytest

from app.db import db, transaction
from sync import jobs
from tests import make
from tests.phone import paired


@pytest.fixture
def cadre(app):
    with transaction():
        return make.person()


@pytest.fixture
def phone(app, cadre):
    """An enrolled and confirmed phone of a cadre."""
    return paired(app, cadre)


@pytest.fixture
def opened(app):
    """Give what lets the worker open everything that came."""

    def answer() -> None:
        db.session.remove()
        jobs.open_due()
        db.session.remove()

    return answer
