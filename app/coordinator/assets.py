"""The desk's own scripts and styles, under a name that changes when one of them does.

`desk.css` names the files of `desk/`, one noun each, in their order; they go out as one.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache, lru_cache
from pathlib import Path

from flask import Response, current_app, g, send_from_directory, url_for

from . import bp

FOLDER = Path(__file__).resolve().parent.parent.parent / "static" / "coordinator"
BUILT = FOLDER.parent / "dist" / "desk"
# What the build bundles; its source lies among the others.
BUNDLED = frozenset({"charts.js"})
A_YEAR = 31_536_000


@lru_cache(2)
def _built(folder: Path, changed: int) -> str:
    """Return the name of what lies in the folder; `changed` only ages it."""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole.update(path.name.encode() + b"\0" + path.read_bytes())
    return whole.hexdigest()[:12]


@cache
def _joined(folder: Path, version: str) -> str:
    """Return `desk.css` with what it imports in place of the imports; `version` only ages it."""
    names = r'@import "([a-z/]+\.css)";\n'
    whole = (folder / "desk.css").read_text()
    return re.sub(names, lambda found: (folder / found[1]).read_text(), whole)


def build() -> str:
    """Return the name of this version of the files; looked at in each request while developing."""
    if current_app.config["SIAGA"].production:
        return _built(FOLDER, 0)
    if "desk_build" not in g:
        g.desk_build = _built(FOLDER, _changed(FOLDER))
    return g.desk_build


def _changed(folder: Path) -> int:
    """Return when something in the folder was last written, made or removed, in nanoseconds."""
    return max(path.stat().st_mtime_ns for path in (folder, *folder.rglob("*")))


@bp.app_template_global("desk_asset")
def address(name: str) -> str:
    """Return where a script or style of the desk lies."""
    return url_for("desk.asset", version=build(), name=name)


@bp.get("/static/<version>/<path:name>")
def asset(version: str, name: str):
    """Hand out a file; only the present version may be kept by a browser."""
    if name == "desk.css":
        answer = Response(_joined(FOLDER, build()), mimetype="text/css")
    else:
        folder = BUILT if name in BUNDLED else FOLDER
        answer = send_from_directory(folder, name, max_age=None)
    answer.headers["Cache-Control"] = (
        f"public, max-age={A_YEAR}, immutable" if version == build() else "no-store"
    )
    return answer
