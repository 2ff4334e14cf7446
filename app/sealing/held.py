"""Which keys this process holds; asking for others is an error, never a fallback."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from app.sealing.errors import KeysAbsent
from app.sealing.keyfiles import DISTRICT, FILES, PHONES, KeyFolder

if TYPE_CHECKING:
    from flask import Flask

    from app.sealing.district import Opener
    from app.sealing.phonekeys import PhoneKeys

OPENER = "siaga.opener"
PHONE_KEYS = "siaga.phone_keys"


class Fresh:
    """Keys as their file has them now: a rotation by a command reaches running processes."""

    def __init__(self, path: Path, load: Callable[[], object]):
        self._path = os.fspath(path)  # Asked a hundred times a page.
        self._load = load
        self._stamp = os.stat(self._path).st_mtime_ns
        self._keys = load()

    def keys(self) -> object:
        stamp = os.stat(self._path).st_mtime_ns
        if stamp != self._stamp:
            self._keys, self._stamp = self._load(), stamp
        return self._keys


def register(app: Flask, settings) -> None:
    """Load what this process's parts need, and nothing that they do not.

    The public parts never load `district.keys`, even where they could. A process of no part (a
    worker, a command) holds what it can open. Missing files are met when they are asked for, so
    that the command which makes them can run.

    :raises KeysRefused: if a file is open to others, damaged, or in the wrong place.
    """
    folder = KeyFolder.of(settings)
    if settings.parts & {"cadre", "sync"}:
        _hold(app, PHONE_KEYS, folder, PHONES, folder.load_phone_keys)
    if "desk" in settings.parts or not settings.parts:
        _hold(app, OPENER, folder, DISTRICT, folder.load_opener)


def opener() -> Opener:
    """Return this process's `Opener`.

    :raises KeysAbsent: if it may open nothing, like the public part.
    """
    return _held(OPENER)


def phone_keys() -> PhoneKeys:
    """Return this process's `PhoneKeys`.

    :raises KeysAbsent: if it serves no phones.
    """
    return _held(PHONE_KEYS)


def _hold(app: Flask, name: str, folder: KeyFolder, which: str, load: Callable) -> None:
    app.extensions[name] = lambda: Fresh(folder.path / FILES[which], load)
    if folder.has(which):
        app.extensions[name] = Fresh(folder.path / FILES[which], load)


def _held(name: str):
    # Late: the crypto beside this must be importable without Flask.
    from flask import current_app

    held = current_app.extensions.get(name)
    if held is None:
        raise KeysAbsent(name)
    if not isinstance(held, Fresh):
        held = current_app.extensions[name] = _loaded(name, held)
    return held.keys()


def _loaded(name: str, load: Callable[[], Fresh]) -> Fresh:
    try:
        return load()
    except FileNotFoundError:
        raise KeysAbsent(name) from None
