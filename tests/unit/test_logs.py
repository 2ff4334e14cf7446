"""The log tells where and what kind, never what was in it."""

from __future__ import annotations

import io
import logging

import pytest

from app import create_app, logs

SECRET = "Kuntum Mekarsari 0812"


@pytest.fixture
def out():
    root = logging.getLogger()
    before = root.handlers, root.level
    written = io.StringIO()
    logs.configure(written)
    yield written
    root.handlers, root.level = before


def test_an_exception_is_told_without_its_message(out):
    try:
        raise ValueError(f"cannot read {SECRET}")
    except ValueError:
        logging.getLogger("sync.jobs").exception("job failed")

    line = out.getvalue()
    assert "exception=ValueError" in line
    assert "test_logs.py:" in line
    assert SECRET not in line
    assert line.count("\n") == 1


def test_what_other_libraries_put_into_their_sentences_is_dropped(out):
    logging.getLogger("some.library").warning("could not parse %s", SECRET)

    assert "could not parse %s" in out.getvalue()
    assert SECRET not in out.getvalue()


def test_our_own_lines_keep_their_ids(out):
    logging.getLogger("sync.queue").warning("bell %s not taken: %s", "open", "ConnectionError")

    assert 'event="bell open not taken: ConnectionError"' in out.getvalue()


def test_a_page_that_fails_says_nothing_of_what_was_asked(settings, out):
    app = create_app(settings)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.testing = False

    @app.get("/fails")
    def fails():
        raise RuntimeError(SECRET)

    answer = app.test_client().get(f"/fails?name={SECRET}")

    assert answer.status_code == 500
    assert "exception=RuntimeError" in out.getvalue()
    assert SECRET.split()[0] not in out.getvalue()
