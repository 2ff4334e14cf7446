"""Who may import whom: the picture of the README, kept."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PURE = sorted((ROOT / "app" / "domain").rglob("*.py"))


def imported(file: Path) -> set[str]:
    """Return the absolute names that a file imports."""
    names = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                here = file.relative_to(ROOT).with_suffix("").parts[: -node.level]
                names.add(".".join((*here, *(node.module or "").split("."))).rstrip("."))
            else:
                names.add(node.module)
    return names


def foreign(file: Path, *friends: str) -> set[str]:
    """Return what a file imports beside the standard library and its friends."""
    return {
        name
        for name in imported(file)
        if name.partition(".")[0] not in sys.stdlib_module_names
        and not any(name == friend or name.startswith(f"{friend}.") for friend in friends)
    }


def test_every_arrow_of_the_picture_holds():
    tool = Path(sys.executable).with_name("lint-imports")

    checked = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True)

    assert checked.returncode == 0, checked.stdout[-4000:]


@pytest.mark.parametrize("file", PURE, ids=lambda file: file.stem)
def test_the_rules_need_only_the_standard_library(file):
    assert foreign(file, "app.domain") == set()


def test_the_protocol_needs_only_the_rules_and_msgspec():
    assert foreign(ROOT / "sync" / "protocol.py", "app.domain", "msgspec") == set()


def test_the_door_knows_only_the_roof():
    assert foreign(ROOT / "wsgi.py", "app") == set()


def test_only_the_settings_read_the_environment():
    readers = {
        file.relative_to(ROOT).as_posix()
        for folder in ("app", "cadre", "partner", "sync")
        for file in (ROOT / folder).rglob("*.py")
        if any(way in file.read_text("utf-8") for way in ("os.environ", "getenv"))
    }

    assert readers <= {"app/config.py"}
