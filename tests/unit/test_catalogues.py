"""What the three catalogues promise: nothing missing, nothing unsure, nothing hard on the phone."""

import html
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "bin"))

import check_words  # noqa: E402
import words  # noqa: E402

# `%(count)s` of Python and `{n}` of the phone.
PLACES = re.compile(r"%\(\w+\)[a-z]|%%|\{\w+\}")
# Never on the phone (domain.md section 12).
FORBIDDEN = re.compile(
    r"\b(penyintas|terlapor|asesmen|tersegel|kebutuhan akses|ditindaklanjuti|ktp)\b", re.IGNORECASE
)
# Consent, danger and the ways to stop are said in Indonesian until a native speaker has read them.
NOT_IN_BANYUMASAN = {
    "consent",
    "child_wish",
    "danger_now",
    "danger_signs",
    "reported_person_near",
    "do_now",
    "outcome",
    "stop_reason",
}


def _sentences(language):
    return [message for message in words.load(language) if message.id]


def _forms(text):
    return text if isinstance(text, tuple) else (text,)


def test_the_catalogues_are_what_the_code_says_complete_and_sure():
    assert check_words.problems() == []


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_translation_keeps_the_places_to_be_filled(language):
    for message in _sentences(language):
        wanted = sorted(PLACES.findall(_forms(message.id)[-1]))
        for said in _forms(message.string):
            if said:
                assert sorted(PLACES.findall(said)) == wanted, message.id


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_translation_begins_or_ends_with_a_blank(language):
    for message in _sentences(language):
        for said in _forms(message.string):
            assert said == said.strip(), message.id


def test_english_says_what_the_code_says():
    for message in _sentences("en"):
        assert message.string == message.id


def test_what_banyumasan_lacks_is_said_in_indonesian():
    told = {(m.id, m.context): m.string for m in _sentences("id")}
    own = {(m.id, m.context) for m in _sentences("jv_ID") if words.told(m)}
    spoken = [message for message in words.spoken("jv_ID") if message.id]

    assert len(spoken) == len(told)
    assert 30 <= len(own) <= 80
    for message in spoken:
        key = (message.id, message.context)
        assert words.told(message)
        assert key in own or message.string == told[key]


def test_every_phrase_in_banyumasan_is_marked_as_a_draft():
    for message in _sentences("jv_ID"):
        if words.told(message):
            assert any(note.startswith("draf") for note in message.user_comments), message.id


def test_every_phrase_in_banyumasan_waits_for_its_reviewer_in_the_papers():
    waiting = (ROOT / "docs" / "words.md").read_text(encoding="utf-8")
    for message in _sentences("jv_ID"):
        if words.told(message):
            assert f"| {message.string} | " in waiting, message.string


def test_consent_and_danger_are_not_said_in_banyumasan(app):
    from flask_babel import force_locale

    from app.words import LABELS, QUESTIONS

    def said(language):
        with force_locale(language):
            for field in sorted(NOT_IN_BANYUMASAN):
                if field in QUESTIONS:
                    yield str(QUESTIONS[field].text)
                yield from (str(answer) for answer in LABELS.get(field, {}).values())

    with app.test_request_context("/"):
        assert list(said("jv_ID")) == list(said("id"))


def test_hard_words_never_stand_on_the_phones_page(client):
    page = client.get("/", headers={"Accept-Language": "id"}).get_data(as_text=True)
    page = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    said = html.unescape(re.sub(r"<[^>]+>", "\n", page))

    assert "Laporan baru" in said
    assert FORBIDDEN.findall(said) == []
