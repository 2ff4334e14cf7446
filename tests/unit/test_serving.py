"""How the web process serves: what the first pages built is not gone through for garbage again."""

import gc
import runpy
from pathlib import Path

import pytest

CONF = Path(__file__).resolve().parents[2] / "gunicorn.conf.py"


@pytest.fixture
def conf():
    before = gc.get_threshold()
    yield runpy.run_path(str(CONF))
    gc.set_threshold(*before)
    gc.unfreeze()


def test_what_two_hundred_answers_have_built_is_kept_out_of_collecting(conf):
    gc.unfreeze()
    for _ in range(199):
        conf["post_request"](None, None, None, None)
    assert gc.get_freeze_count() == 0

    conf["post_request"](None, None, None, None)

    assert gc.get_freeze_count() > len(gc.get_objects())
    assert gc.get_threshold()[0] == conf["SELDOM"]
