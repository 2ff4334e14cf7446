"""Invite codes, as people read them out, type them and get them wrong."""

from __future__ import annotations

import pytest

from app.sealing import invites

CODE = "7KQ2M4XN0R1P"
FINGERPRINT = "f8027652647683e4c69b643ca58108b3"


def test_codes_are_twelve_letters_that_cannot_be_confused():
    codes = {invites.new_code() for _ in range(200)}

    assert len(codes) == 200
    assert all(len(code) == 12 for code in codes)
    assert not set("".join(codes)) & set("ILOU")


@pytest.mark.parametrize(
    "text",
    [
        CODE,
        CODE.lower(),
        "7KQ2-M4XN-0R1P",
        " 7kq2 m4xn orip ",
        "7KQ2\u00a0M4XN-OR1P",
        "7KQ2M4XNOrLp",
    ],
)
def test_case_spaces_hyphens_and_o_i_l_are_forgiven(text):
    assert invites.read_code(text) == CODE


@pytest.mark.parametrize(
    "text", ["", CODE[:-1], CODE + "7", "7KQ2M4XN0R1U", "7" * 500, None, "é" * 12]
)
def test_what_is_no_code_is_none(text):
    assert invites.read_code(text) is None


def test_the_link_carries_code_and_fingerprint_behind_the_hash():
    link = invites.link("https://buku.example/", CODE, FINGERPRINT)

    assert link == f"https://buku.example/#{CODE}{FINGERPRINT}"


def test_the_typed_form_reads_back_as_it_was_meant():
    typed = invites.typed_form(CODE, FINGERPRINT)

    assert typed == "7KQ2-M4XN-0R1P-F802-7652-6476-83E4"
    assert invites.read_typed(typed) == (CODE, FINGERPRINT[:16])
    assert invites.read_typed(typed.lower().replace("-", " ").replace("0", "o")) == (
        CODE,
        FINGERPRINT[:16],
    )
    assert invites.read_typed(CODE) is None
    assert invites.read_typed(CODE + "G" * 16) is None


def test_only_the_hash_of_a_code_is_for_keeping():
    assert len(invites.code_hash(CODE)) == 32
    assert CODE.encode() not in invites.code_hash(CODE)
