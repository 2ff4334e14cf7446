"""How a page is told in another language: each sentence once, or in each place if it must be."""

from __future__ import annotations

import pytest

from cadre.apart import apart


def test_a_sentence_that_stands_twice_is_told_once():
    page = '<p lang="id">Ya<p title="Ya">12<p>Ya'
    other = '<p lang="en">Yes<p title="Yes">12<p>Yes'

    assert apart(page, other) == [4, "en", "Yes", "Yes", ""]


def test_a_sentence_that_means_two_things_is_told_in_each_place():
    assert apart("<p>Sudah<b>Sudah<p>x", "<p>Ready<b>Known<p>x") == [3, ["Ready"], ["Known"], ""]


@pytest.mark.parametrize("other", ["<p>Yes<p>No", "<b>Yes", '<p>"Yes"', "Yes"])
def test_what_differs_in_more_than_words_is_refused(other):
    with pytest.raises(ValueError):
        apart("<p>Ya", other)
