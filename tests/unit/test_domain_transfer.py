"""On what a copy may go to another district, and what of a report goes along."""

import pytest

from app.domain import transfer
from app.domain.errors import Conflict, Invalid
from app.domain.fields import parse
from app.domain.transfer import Ground, TransferState
from tests.reports import report

WHY = "tinggal di sana sekarang"


@pytest.mark.parametrize(
    ("ground", "child", "grave", "stopped", "fault"),
    [
        (Ground("consent", "written", WHY), False, False, (), None),
        (Ground("consent", "recorded", WHY), False, False, (), None),
        (Ground("consent", "spoken_witnessed", WHY), False, False, (), "method"),
        (Ground("consent", "", WHY), False, False, (), "method"),
        (Ground("consent", "written", WHY), False, False, ("record",), "basis"),
        (Ground("child", "", WHY), True, False, (), None),
        (Ground("child", "", WHY), False, True, (), "basis"),
        (Ground("life_in_danger", "", WHY), False, True, ("record",), None),
        (Ground("life_in_danger", "", WHY), False, False, (), "basis"),
        (Ground("legal_duty", "", ""), False, False, (), "words"),
        (Ground("court_order", "", WHY), False, False, (), None),
        (Ground("", "", WHY), True, True, (), "basis"),
    ],
)
def test_nothing_goes_out_without_a_yes_that_counts_or_a_basis_that_holds(
    ground, child, grave, stopped, fault
):
    if fault is None:
        ground.must_hold(child=child, grave=grave, stopped=stopped)
        return
    with pytest.raises(Invalid) as refused:
        ground.must_hold(child=child, grave=grave, stopped=stopped)
    assert refused.value.details["field"] == fault


def test_who_reported_does_not_go_along():
    gone = transfer.what_goes(report(conflict="family", picture=3), Ground("legal_duty", "", WHY))
    assert (gone["conflict"], gone["source"]) == ("none", "other")
    assert "picture" not in gone


def test_of_an_adult_who_said_no_nothing_goes_that_could_name_her():
    answers = report(consent="no", danger_signs=["weapon"])
    copy = parse("report.create", transfer.what_goes(answers, Ground("life_in_danger", "", WHY)))
    assert copy.texts == {"contact_via": "do_not_contact", "reported_person": "spouse"}


def test_a_yes_given_for_it_stands_over_what_the_cadre_had_heard():
    answers = report(consent="not_met", contact_via="phone")
    copy = parse("report.create", transfer.what_goes(answers, Ground("consent", "written", WHY)))
    assert copy.texts["safe_contact"]["number"]
    assert copy.facts["consent"] == "yes"


def test_what_was_answered_is_not_answered_again():
    assert transfer.moved("sent", TransferState.REFUSED) is TransferState.REFUSED
    for state in ("accepted", "refused", "expired", "taken_back"):
        with pytest.raises(Conflict):
            transfer.moved(state, TransferState.ACCEPTED)


@pytest.mark.parametrize(
    "line", ["", "intake.33.02.1", "archive.33.02.1 AAAA", "intake.33.02.1 A B"]
)
def test_a_key_line_that_is_none_is_refused(line):
    with pytest.raises(Invalid):
        transfer.read_key(line)
