"""What a phone on 2G and a small server were promised."""

from bench import bytes as wire
from bench import memory


def test_the_first_view_and_the_whole_app_stay_within_their_bytes(capsys):
    within = wire.main() == 0

    assert within, capsys.readouterr().out


def test_the_web_process_stays_within_its_memory(capsys):
    within = memory.main() == 0

    assert within, capsys.readouterr().out
