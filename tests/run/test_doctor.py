"""What keeps a machine from running this is said in one clear line."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def doctor(**environment: str) -> subprocess.CompletedProcess:
    told = {"PYTHON": sys.executable, "PORT": "0", **environment}
    return subprocess.run(
        [ROOT / "bin" / "doctor", "run"],
        env={**os.environ, **told},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def free_port() -> str:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return str(door.getsockname()[1])


def pretender(folder: Path, script: str) -> str:
    """Return a program that stands in for Python."""
    path = folder / "python"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def one_line(answer: subprocess.CompletedProcess) -> str:
    assert answer.returncode != 0
    assert answer.stderr.count("\n") == 1, answer.stderr
    return answer.stderr


def test_a_good_machine_is_told_nothing(free_port, tmp_path):
    answer = doctor(PORT=free_port, SIAGA_DATA=str(tmp_path / "data"))

    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "", "")


def test_a_port_in_use_is_named_with_the_way_out():
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = str(door.getsockname()[1])

        said = one_line(doctor(PORT=port))

    assert f"Port {port} is in use" in said
    assert "make run PORT=" in said


@pytest.mark.parametrize("port", ["0", "70000", "web"])
def test_what_is_no_port_is_refused(port):
    assert f"PORT={port} is no port" in one_line(doctor(PORT=port))


def test_an_old_python_is_named_with_its_version(tmp_path):
    old = pretender(tmp_path, 'case "$*" in *print*) echo 3.9;; *) exit 1;; esac')

    assert "Python 3.9 is too old: 3.11 or newer" in one_line(doctor(PYTHON=old))


def test_a_missing_python_says_what_to_install():
    assert "apt-get install python3-venv" in one_line(doctor(PYTHON="python-that-is-not-there"))


def test_a_full_disk_says_how_much_is_missing(free_port, tmp_path):
    said = one_line(
        doctor(PORT=free_port, SIAGA_DATA=str(tmp_path), SIAGA_ROOM_TO_RUN_MB="900000000")
    )

    assert "The disk is full" in said
    assert str(tmp_path) in said


def test_a_data_folder_that_cannot_be_made_is_named(free_port, tmp_path):
    (tmp_path / "file").write_text("")

    said = one_line(doctor(PORT=free_port, SIAGA_DATA=str(tmp_path / "file" / "data")))

    assert "file" in said


@pytest.mark.parametrize(
    "command",
    [
        ["flask", "--app", "wsgi", "people", "list"],
        ["gunicorn", "--config", "gunicorn.conf.py", "wsgi:app"],
    ],
    ids=["command", "web"],
)
def test_production_without_a_secret_ends_and_names_it(command, free_port, tmp_path):
    told = {"SIAGA_ENV": "production", "SIAGA_DATA": str(tmp_path), "PORT": free_port}

    answer = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert answer.returncode != 0
    assert "siaga: SIAGA_SECRET_KEY is missing" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_first_python_that_can_makes_the_environment(tmp_path):
    for name in ("old", "new", "other"):
        (tmp_path / name).mkdir()
    old = pretender(tmp_path / "old", "exit 1")
    new, other = (pretender(tmp_path / name, "exit 0") for name in ("new", "other"))

    def which(*given: str) -> str:
        return subprocess.check_output([ROOT / "bin" / "which-python", *given], text=True).strip()

    assert which("python-that-is-not-there", old, new, other) == new
    # Where none can, the doctor looks at the usual one and says what is the matter.
    assert which(old) == "python3"
