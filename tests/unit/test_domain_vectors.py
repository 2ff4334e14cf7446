"""The examples that Python and JavaScript share are what Python says today."""

from tests.write_vectors import FILE, written


def test_the_shared_examples_are_up_to_date():
    assert FILE.read_text(encoding="utf-8") == written(), "run python -m tests.write_vectors"
