"""The desk's scripts and styles are named by what is in them."""

from __future__ import annotations

import os

import pytest

from app.coordinator import assets
from tests.desk import forget


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    (tmp_path / "desk.css").write_text("a{}")
    os.utime(tmp_path / "desk.css", ns=(1, 1))
    os.utime(tmp_path, ns=(1, 1))
    return tmp_path


def name(app) -> str:
    forget()
    with app.test_request_context():
        return assets.build()


def test_a_changed_file_gets_another_name_while_developing(app, folder):
    before = name(app)
    assert name(app) == before

    (folder / "desk.css").write_text("b{}")
    assert name(app) != before


def test_a_removed_file_changes_the_name_too(app, folder):
    (folder / "queue.js").write_text("")
    before = name(app)

    (folder / "queue.js").unlink()
    assert name(app) != before
