"""Giving a case to a caseworker: who is offered, ranked and warned, and why all the same."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import flash, g, redirect, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain import areas
from app.domain.errors import Conflict, Invalid
from app.domain.workload import Load, Offer
from app.locale import day
from app.models import Case, Referral
from app.services import absences, cases, deciding, people, workload
from app.words import label

from . import bp, care_frame, late, sayings
from .forms import AssignForm
from .gate import load_case, needs


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody who is offered, as the page says it."""

    id: str
    name: str
    load: Load
    against: tuple[str, ...]
    """Each warning in words."""
    blocked: bool
    needs_reason: bool

    @property
    def option(self) -> str:
        """The line of the choice: name, load, and a sign where something speaks against it."""
        marked = [f"⚠ {one}" for one in self.against]
        return " · ".join([self.name, f"{self.load.percent} %", *marked])


@bp.route("/cases/<uuid:case_id>/assign", methods=["GET", "POST"])
@needs("referral.assign")
def assign(case_id: UUID):
    """Offer everybody who may accompany her, and give the case to whom a person chose."""
    form = AssignForm()
    offered = offer(form, load_case(case_id).referral)
    if form.is_submitted() and form.validate():
        try:
            _give(case_id, form)
        except Invalid as wrong:
            blame(form, wrong)
        except Conflict:
            late.on_case(load_case(case_id), form)
            return _page(load_case(case_id), form, offered), 409
        else:
            flash(_("The case has a caseworker."))
            return redirect(url_for("desk.case", case_id=case_id), 303)
    page = _page(load_case(case_id), form, offered)
    return page, 422 if form.is_submitted() else 200


def offer(form, referral: Referral) -> list[Offered]:
    """Fill a form's choice of a caseworker, the best first; return all, the blocked ones too."""
    offered = offers(referral)
    form.caseworker.choices = [(one.id, one.option) for one in offered if not one.blocked]
    warned = [one.id for one in offered if one.needs_reason]
    asked = {"data-ask-when": json.dumps({"caseworker": warned}), "maxlength": 280}
    form.assign_why.render_kw = {**(form.assign_why.render_kw or {}), **asked}
    return offered


def offers(referral: Referral) -> list[Offered]:
    """Return who may accompany her, in words."""
    now = utc_now()
    found = workload.offers(referral, g.me.id, now=now)
    names = people.calls(one.candidate.person_id for one in found)
    today = now.astimezone(areas.zone(referral.district)).date()
    away = absences.away_on(referral.district, today)
    return [_worded(one, names, away) for one in found]


def blame(form, wrong: Exception) -> None:
    """Say at the choice, or where the reason is missing, why it was not done."""
    code = getattr(wrong, "code", "")
    control = form.assign_why if code == "assign.reason" else form.caseworker
    control.errors = [sayings.refused(code)]


def _give(case_id: UUID, form: AssignForm) -> None:
    with transaction():
        shown = load_case(case_id, lock=True)
        if form.seen.data is not None:
            cases.must_still_be_with(shown, UUID(form.seen.data) if form.seen.data else None)
        caseworker = people.get(UUID(form.caseworker.data), g.me.district)
        why = form.assign_why.data or ""
        deciding.assign(shown, caseworker, g.me, why=why, now=utc_now())


def _page(shown: Case, form: AssignForm, offered: list[Offered]):
    if not form.is_submitted():
        others = [one for one, _words in form.caseworker.choices if one != str(shown.caseworker_id)]
        form.caseworker.data = (others or [str(shown.caseworker_id)])[0]
    form.seen.data = str(shown.caseworker_id or "")
    return care_frame.render(
        shown,
        care_frame.Reader(),
        "desk.assign",
        form=form,
        offered=offered,
        who=[shown.caseworker_id],
    )


def _worded(one: Offer, names: dict[UUID, str], away: dict[UUID, date]) -> Offered:
    person_id = one.candidate.person_id
    words = [str(label("warned", warned)) for warned in one.warnings]
    if person_id in away:
        until = _("is away until %(day)s", day=day(away[person_id]))
        words[list(one.warnings).index("away")] = until
    return Offered(
        str(person_id),
        names.get(person_id, ""),
        one.candidate.load,
        tuple(words),
        one.blocked,
        one.needs_reason,
    )
