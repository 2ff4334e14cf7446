"""Taking over a chat message: words become hints, and only such as raise attention."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from app.domain import codes
from app.domain.fields import ACTS
from app.domain.spoken import MANY, ONE, SCHOOL
from app.domain.take_over import Village, proposed

WIB = ZoneInfo("Asia/Jakarta")
VILLAGES = [
    Village("33.02.17.2001", "Kalicontoh", "Contoh"),
    Village("33.02.17.2002", "Tanjung", "Contoh"),
    Village("33.02.18.2001", "Tanjungsari", "Misal"),
    Village("33.02.18.2002", "Sumber", "Misal"),
    Village("33.02.17.2003", "Sumber", "Contoh"),
]


def said(text: str) -> dict:
    return dict(proposed(text, VILLAGES, WIB).answers)


@pytest.mark.parametrize(
    ("text", "name", "answer"),
    [
        ("bu, tetangga saya dipukuli suaminya", "violence", ["physical"]),
        ("dia sering dipukul dan dimaki", "violence", ["physical", "psychological"]),
        ("anaknya dicabuli pamannya", "violence", ["sexual"]),
        ("sudah setahun tidak dinafkahi", "violence", ["neglect"]),
        ("dipaksa mengemis tiap hari", "violence", ["exploitation"]),
        ("mau dijual ke luar kota", "violence", ["trafficking"]),
        ("anak SMP mau dinikahkan", "violence", ["child_marriage"]),
        ("fotonya mau disebar pacarnya", "violence", ["online"]),
        ("wingi diantemi bojone", "violence", ["physical"]),
        ("suaminya lagi ngamuk bawa golok", "danger_signs", ["happening_now", "weapon"]),
        ("diancam mau dibunuh", "danger_signs", ["death_threat"]),
        ("lehernya dicekik sampai pingsan", "danger_signs", ["strangled", "serious_injury"]),
        ("katanya ingin mati saja, mau bunuh diri", "danger_signs", ["suicidal"]),
        ("dikunci di kamar tidak boleh keluar", "danger_signs", ["confined"]),
        ("makin sering dipukul", "danger_signs", ["getting_worse"]),
        ("dihajar sejak minta cerai", "danger_signs", ["just_separated"]),
        ("istri hamil 5 bulan ditendang", "danger_signs", ["pregnant_now"]),
        ("anaknya juga dipukul", "danger_signs", ["children_threatened"]),
        ("saya takut dia sampai mati", "danger_signs", ["cadre_fears"]),
        ("tolong segera bu, gawat", "danger_now", "yes"),
        ("istri dipukul", "survivor_sex", "female"),
        ("korbannya laki-laki", "survivor_sex", "male"),
        ("umurnya 15", "survivor_age", "13_17"),
        ("ibu rumah tangga (34 th)", "survivor_age", "25_44"),
        ("anak SD kelas 4", "survivor_age", "6_12"),
        ("nenek dipukul cucunya", "survivor_age", "60_plus"),
        ("kejadiannya tadi malam", "last_happened", "last_24h"),
        ("minggu lalu dan tadi pagi dipukul lagi", "last_happened", "last_24h"),
        ("besok mau dinikahkan", "last_happened", "planned_7d"),
        ("dipukul suaminya", "reported_person", "spouse"),
        ("diancam mantan suaminya", "reported_person", "former_partner"),
        ("dipukul suaminya", "reported_person_near", "yes"),
        ("di desa Kalicontoh", "village", "33.02.17.2001"),
        ("orang kalicontoh", "village", "33.02.17.2001"),
        ("di Tanjungsari", "village", "33.02.18.2001"),
        ("di Sumber kecamatan Contoh", "village", "33.02.17.2003"),
    ],
)  # fmt: skip
def test_what_the_words_may_mean(text, name, answer):
    assert said(text).get(name) == answer


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("dia tidak pernah dipukul", "violence"),
        ("belum sampai dipukul", "violence"),
        ("tidak hamil", "danger_signs"),
        ("umur 40, anaknya umur 5", "survivor_age"),
        ("sudah menikah 10 tahun", "survivor_age"),
        ("perempuan, korbannya laki-laki", "survivor_sex"),
        ("di Sumber", "village"),
        ("di Jakarta", "village"),
        ("dia setuju dilaporkan", "consent"),
        ("sekarang sudah aman", "danger_now"),
        ("terima kasih bu, selamat pagi", "violence"),
    ],
)
def test_what_is_denied_unclear_or_calming_proposes_nothing(text, name):
    assert name not in said(text)


def test_every_hint_is_an_answer_that_exists():
    lists = {one.name: one.codes for one in ACTS["report.create"]}

    for name, known in {**MANY, **ONE, "survivor_age": SCHOOL}.items():
        assert set(known) <= set(lists[name]), name
    assert set(MANY["danger_signs"]) == set(codes.SIGNS)


@pytest.mark.parametrize(
    "head",
    [
        "[05.14, 21/11/2026] Bu Melati: ",
        "21/11/26 05.14 - Bu Melati: ",
        "[21/11/26, 05.14.33] Bu Melati: ",
    ],
)
def test_the_head_of_a_message_gives_the_time_and_its_name_is_dropped(head):
    taken = proposed(f"{head}tetangga saya dipukuli\n{head}tolong segera", VILLAGES, WIB)

    assert taken.told_at == datetime(2026, 11, 21, 5, 14, tzinfo=WIB)
    assert taken.note == "tetangga saya dipukuli\ntolong segera"
    assert "Melati" not in repr(taken)


def test_a_long_message_is_cut_at_a_word_and_says_so():
    taken = proposed("dipukul " * 60, VILLAGES, WIB)

    assert taken.cut and len(taken.note) <= 280
    assert taken.note.endswith("dipukul")


@pytest.mark.parametrize(
    "text", ["", "\n\n", "[[", "umur 999", "99/99/99 99.99 - x: y", "(" * 4000]
)
def test_nonsense_proposes_nothing_and_breaks_nothing(text):
    assert proposed(text, VILLAGES, WIB).answers == {}
