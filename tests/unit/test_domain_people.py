"""Who may do what, whose consent counts, and where a village lies."""

from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest

from app.domain import areas
from app.domain.consent import (
    Basis,
    Decision,
    Giver,
    Method,
    Purpose,
    Word,
    first_word,
    legal_bases,
    may_share,
    newest,
    withdrawn,
)
from app.domain.errors import Invalid, NotAllowed, Refusal
from app.domain.permissions import PERMISSIONS, Role, may
from app.domain.settings import SETTINGS, Mark, changed

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
SEES_CASES = ("queue.", "intake.", "referral.", "case.", "visit.", "quarantine.", "consent.")

# c cadre, p coordinator (petugas), w caseworker, h head, a admin, u auditor
MATRIX = {
    "act.send": "c",
    "queue.see": "pwh",
    "intake.write": "pwh",
    "referral.open": "pwh",
    "referral.screen": "pwh",
    "referral.accept": "ph",
    "referral.assign": "ph",
    "referral.duplicate": "ph",
    "referral.not_ours": "ph",
    "referral.keep_out": "h",
    "risk.lower": "wh",
    "case.approve_closing": "h",
    "visit.hand": "pwh",
    "phones.invite": "pha",
    "phones.confirm": "ph",
    "phones.revoke": "pha",
    "people.roles": "ha",
    "quarantine.discard": "ph",
    "settings.change": "ha",
    "trail.see": "hu",
    "trail.verify": "hua",
    "desk.enter": "pwhau",
}
LETTER = dict(zip("cpwhau", Role, strict=True))


@pytest.mark.parametrize("permission", MATRIX)
def test_exactly_these_roles_may(permission):
    expected = {LETTER[letter] for letter in MATRIX[permission]}
    assert {role for role in Role if may([role], permission)} == expected


def test_admin_auditor_and_cadre_see_no_case():
    for permission in PERMISSIONS:
        if permission.startswith(SEES_CASES):
            assert not may([Role.ADMIN, Role.AUDITOR, Role.CADRE], permission), permission


def test_several_roles_add_up_and_none_allow_nothing():
    for permission in PERMISSIONS:
        assert not may([], permission)
        for pair in combinations(Role, 2):
            assert may(pair, permission) == any(may([role], permission) for role in pair)


def test_a_misspelt_permission_is_a_bug_and_not_a_refusal():
    with pytest.raises(KeyError):
        may([Role.HEAD], "referal.accept")


def test_a_refusal_tells_its_code_and_nothing_else():
    refusal = NotAllowed("visit.not_yours", visit_id="x")
    assert isinstance(refusal, Refusal)
    assert str(refusal) == "visit.not_yours"
    assert "visit_id" not in repr(refusal)


# Consent -------------------------------------------------------------------------------------


def word(decision: str, minutes: int = 0, method: str | None = "written", explained: int = 5):
    return Word(
        Purpose.REFER_POLICE,
        Decision(decision),
        NOW + timedelta(minutes=minutes),
        Giver.SURVIVOR,
        method and Method(method),
        explained,
    )


@pytest.mark.parametrize("method", [*Method, None])
@pytest.mark.parametrize("decision", list(Decision))
@pytest.mark.parametrize("explained", [4, 5])
def test_consent_counts_when_it_is_a_yes_written_or_recorded_and_explained(
    method, decision, explained
):
    expected = decision == "yes" and method in ("written", "recorded") and explained == 5
    given = word(decision, method=method, explained=explained)
    assert may_share(Purpose.REFER_POLICE, [given], now=NOW) == expected


def test_of_two_cadres_the_one_who_heard_a_no_counts_until_she_was_asked():
    hour, purpose = timedelta(hours=1), Purpose.CONTACT
    first = [*first_word({"consent": "no"}, NOW), *first_word({"consent": "yes"}, NOW + hour)]
    assert newest(first)[purpose].decision is Decision.NO

    asked = Word(purpose, Decision.YES, NOW + 2 * hour, Giver.SURVIVOR, Method.WRITTEN, 5)
    assert newest([*first, asked])[purpose].decision is Decision.YES


def test_a_cadres_yes_stands_over_nothing_that_she_said_herself():
    later = first_word({"consent": "yes"}, NOW + timedelta(hours=1))
    asked = Word(Purpose.RECORD, Decision.NO, NOW, Giver.SURVIVOR, Method.WRITTEN, 5)
    for before in ([asked], withdrawn(["record"], NOW)):
        assert newest([*before, *later])[Purpose.RECORD] == before[0]


def test_the_newest_word_holds_whatever_came_before():
    yes, no, again = word("yes"), word("no", 1), word("yes", 2)
    later = NOW + timedelta(hours=1)
    assert may_share(Purpose.REFER_POLICE, [again, yes, no], now=later)
    assert not may_share(Purpose.REFER_POLICE, [yes, no], now=later)
    assert not may_share(Purpose.REFER_LEGAL, [yes], now=later)


def test_of_two_words_at_one_moment_the_stricter_holds():
    assert newest([word("no"), word("yes")])[Purpose.REFER_POLICE].decision is Decision.NO
    assert newest([word("yes"), word("no")])[Purpose.REFER_POLICE].decision is Decision.NO


def test_a_withdrawal_stops_its_purposes_at_once_and_no_others():
    stop = withdrawn(["refer_police", "visit"], NOW + timedelta(minutes=1))
    assert {one.purpose for one in stop} == {Purpose.REFER_POLICE, Purpose.VISIT}
    assert not may_share(Purpose.REFER_POLICE, [word("yes"), *stop], now=NOW + timedelta(minutes=2))


def test_a_cadres_word_is_only_the_first():
    words = first_word({"consent": "yes"}, NOW)
    assert {one.purpose for one in words} == {Purpose.RECORD, Purpose.CONTACT}
    assert not any(one.counts for one in words)
    assert first_word({"consent": "not_met"}, NOW) == ()


def test_the_legal_basis_is_computed_and_never_asked():
    assert legal_bases({"survivor_age": "6_12"}) == (Basis.CHILD,)
    danger = {"survivor_age": "25_44", "consent": "no", "danger_signs": ["strangled"]}
    assert legal_bases(danger) == (Basis.LIFE_IN_DANGER,)
    assert legal_bases({"survivor_age": "25_44", "danger_signs": ["getting_worse"]}) == ()
    assert may_share(Purpose.REFER_POLICE, [], [Basis.CHILD], now=NOW)


# Areas and settings --------------------------------------------------------------------------


def test_a_code_tells_its_level_its_district_and_its_zone():
    assert areas.level("33.02.17.2001") is areas.Level.VILLAGE
    assert areas.level("33.02") is areas.Level.REGENCY
    assert areas.district("33.02.17.2001") == "33.02"
    assert areas.subdistrict("33.02.17.2001") == "33.02.17"
    assert str(areas.zone("33.02")) == "Asia/Jakarta"
    assert str(areas.zone("52.72.01.1001")) == "Asia/Makassar"
    assert str(areas.zone("91.01")) == "Asia/Jayapura"
    assert areas.within("33.02.17.2001", "33.02")
    assert not areas.within("33.021", "33.02")


@pytest.mark.parametrize("code", ["", "33", "33.02.17.20011", "33-02-17-2001", "33.02.17.2001\n"])
def test_what_is_not_a_village_code_is_none(code):
    assert not areas.is_village(code)


def test_nobody_changes_what_is_law():
    law = [name for name, one in SETTINGS.items() if one.mark is Mark.LAW]
    assert "police.report" in law
    for name in law:
        with pytest.raises(NotAllowed):
            changed(SETTINGS, {name: 1})
    with pytest.raises(Invalid):
        changed(SETTINGS, {"no.such": 1})
    with pytest.raises(Invalid):
        changed(SETTINGS, {"high.seen": -1})


def test_every_number_says_where_it_is_written():
    for name, one in SETTINGS.items():
        assert one.source, name
        assert one.mark is not Mark.LAW or any(mark in one.source for mark in ("UU", "Permen")), (
            name
        )
