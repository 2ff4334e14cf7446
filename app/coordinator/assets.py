"""The desk's own scripts and styles, under a name that changes when one of them does."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import current_app, send_from_directory, url_for

from . import bp

FOLDER = Path(__file__).resolve().parent.parent.parent / "static" / "coordinator"
BUILT = FOLDER.parent / "dist" / "desk"
# What the build bundles; its source lies among the others.
BUNDLED = frozenset({"charts.js"})
A_YEAR = 31_536_000


@cache
def _built(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:12]


def build() -> str:
    """Return the name of this version of the files; read anew each time while developing."""
    if not current_app.config["SIAGA"].production:
        _built.cache_clear()
    return _built(FOLDER)


@bp.app_template_global("desk_asset")
def address(name: str) -> str:
    """Return where a script or style of the desk lies."""
    return url_for("desk.asset", version=build(), name=name)


@bp.get("/static/<version>/<path:name>")
def asset(version: str, name: str):
    """Hand out a file; only the present version may be kept by a browser."""
    folder = BUILT if name in BUNDLED else FOLDER
    answer = send_from_directory(folder, name, max_age=None)
    answer.headers["Cache-Control"] = (
        f"public, max-age={A_YEAR}, immutable" if version == build() else "no-store"
    )
    return answer
