"""Which questions the phone's page carries, in groups; the forms hold them, the page shows them."""

from collections.abc import Iterator

from wtforms.fields import Field as Control

from app.domain.codes import PURPOSE
from app.forms import (
    CadreContactForm,
    ReportForm,
    VisitDeclineForm,
    VisitGateForm,
    VisitRecordForm,
)
from app.words import label

# Questions that another group carries already with the same words and codes.
_ELSEWHERE = {"danger_signs", "work_harm"}
# Answered by tapping elsewhere, or not by a cadre's hand.
_NOT_HERE = {"check_out_in", "confirmed_at", "safe_contact", "reason_text"}


def groups() -> dict[str, list[Control]]:
    """Return the controls of each group by its name on the page."""
    report = ReportForm(formdata=None)
    added = report.without_screen()
    return {
        "report": [control for controls in report.by_screen().values() for control in controls],
        "added": list(_here(added)),
        "contact": list(_here(report.safe_contact.form)),
        "visit": list(_here(VisitDeclineForm(formdata=None).questions())),
        "gate": list(_here(VisitGateForm(formdata=None).questions())),
        "record": list(_here(VisitRecordForm(formdata=None).questions(), _ELSEWHERE)),
        "mine": list(_here(CadreContactForm(formdata=None).questions())),
    }


def purposes() -> list[tuple[str, object]]:
    """Return what a visit can be for, in words."""
    return [(code, label("purpose", code)) for code in PURPOSE]


def _here(controls, elsewhere: set[str] = frozenset()) -> Iterator[Control]:
    return (one for one in controls if one.short_name not in _NOT_HERE | elsewhere)
