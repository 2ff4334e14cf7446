"""Services asked of partners: the board, one of them, and what becomes of it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.errors import Conflict, Invalid
from app.domain.report import short_code
from app.domain.service_referral import ENDED, MOVES, ServiceState, is_urgent
from app.models import ServiceReferral
from app.services import (
    opening,
    partner_answers,
    partners,
    people,
    recalls,
    rerouting,
    service_board,
    service_referrals,
    service_steps,
    taking_back,
    trail,
)

from . import bp, late
from .forms import JustDo
from .gate import needs
from .listing import cut, narrowed
from .onward import as_lines, clock_of, number_of
from .service_forms import AnswerForm


@bp.get("/services")
@needs("case.see")
def services_board():
    """Show the district's service referrals: what waits for approval, for an answer, or is late."""
    now = utc_now()
    tab = request.args.get("tab", "waiting")
    tab = tab if tab in service_board.TABS else "waiting"
    by = narrowed()
    # Who looks for a code looks for it wherever it stands.
    tab = "all" if by.code else tab
    after = request.args.get("after", type=UUID)
    rows, further = cut(service_board.page(g.me, tab, now=now, by=by, after=after))
    ids = [row.id for row in rows]
    return render_template(
        "coordinator/services.html",
        lines=as_lines(rows, now, recalls.open_ids(ids), ids),
        codes={row.id: short_code(row.case.referral.report_id) for row in rows},
        tab=tab,
        counts=service_board.counts(g.me, now=now),
        tabs=service_board.TABS,
        by=by,
        village=people.area_names([by.village]).get(by.village),
        next_place=further.id if further else None,
        after=after,
        today=partners.today_in(g.me.district, now),
    )


@bp.get("/services/<uuid:service_id>")
@needs("case.see")
def service(service_id: UUID):
    """Show one service referral. Reading it is written in the trail."""
    with transaction():
        shown = service_referrals.get(service_id, g.me)
        trail.append(shown.district, "service.see", "service", shown.id, by=g.me.id, now=utc_now())
    return page(service_id)


def _around(service_id: UUID) -> opening.Around:
    """Who must not know stands above the button that calls; reading that is a row in the trail."""
    with transaction():
        row = service_referrals.get(service_id, g.me)
        if row.partner is None:
            return opening.Around()
        return opening.open_around(row.case, g.me, now=utc_now())


@bp.post("/services/<uuid:service_id>/submit")
@needs("service.write")
def submit_service(service_id: UUID):
    """Ask for approval; what cannot wait goes out at once."""

    def send(row: ServiceReferral) -> str:
        service_referrals.submit(row, g.me, now=utc_now())
        if row.urgent:
            return _("Sent at once, because it cannot wait. The head is told.")
        return _("It waits for the head's approval.")

    return _do(service_id, send)


@bp.post("/services/<uuid:service_id>/approve")
@needs("service.approve")
def approve_service(service_id: UUID):
    """Let it go out."""

    def approve(row: ServiceReferral) -> str:
        service_referrals.approve(row, g.me, now=utc_now())
        return _("Approved and sent. Now print the letter, or send the link.")

    return _do(service_id, approve)


@bp.post("/services/<uuid:service_id>/back")
@needs("service.approve")
def send_service_back(service_id: UUID):
    """Give it back to who drafted it."""

    def back(row: ServiceReferral) -> str:
        service_referrals.send_back(row, g.me, now=utc_now())
        return _("Given back. Who drafted it is told.")

    return _do(service_id, back)


@bp.post("/services/<uuid:service_id>/answer")
@needs("service.write")
def answer_service(service_id: UUID):
    """Write down what the partner answered."""
    form = AnswerForm()
    if not form.validate_on_submit():
        return page(service_id, answer_form=form), 422

    def answered(row: ServiceReferral) -> str:
        service_referrals.answered(
            row,
            form.answer.data,
            g.me,
            refusal=form.refusal.data or None,
            on=form.on.data,
            now=utc_now(),
        )
        return _("Written down.")

    return _do(service_id, answered, form)


@bp.post("/services/<uuid:service_id>/move")
@needs("service.write")
def move_service(service_id: UUID):
    """End it, or note that it did not come about."""

    def move(row: ServiceReferral) -> str:
        service_referrals.move(row, request.form.get("to", ""), g.me, now=utc_now())
        return _("Written down.")

    return _do(service_id, move)


@bp.post("/services/<uuid:service_id>/take-back")
@needs("service.write")
def take_back_service(service_id: UUID):
    """Take back one's own last step."""

    def back(row: ServiceReferral) -> str:
        taking_back.take_back(row, g.me, now=utc_now())
        return _("Taken back. Both steps stay written.")

    return _do(service_id, back)


@bp.post("/services/<uuid:service_id>/reroute")
@needs("service.write")
def reroute_service(service_id: UUID):
    """Pass it on to who stands in for the partner."""
    if not JustDo().validate_on_submit():
        return _too_late(service_id)
    try:
        with transaction():
            row = service_referrals.get(service_id, g.me, lock=True)
            made = rerouting.reroute(row, g.me, now=utc_now())
    except Conflict:
        flash(_("Nobody is left who stands in. Ask for the service anew."))
        return redirect(url_for("desk.service", service_id=service_id), 303)
    flash(_("A new draft for the next partner. Look at it, then send it."))
    return redirect(url_for("desk.service", service_id=made.id), 303)


def page(service_id: UUID, *, answer_form: AnswerForm | None = None, link: str | None = None):
    """Show one service referral; `link` is shown once."""
    now, around = utc_now(), _around(service_id)
    row = service_referrals.get(service_id, g.me)
    steps = service_steps.of(row)
    answers = partner_answers.of(row)
    ways = MOVES[ServiceState(row.state)]
    ids = [row.made_by, row.approved_by, *(one.by for one in steps)]
    return render_template(
        "coordinator/service.html",
        row=row,
        forbidden=around.must_not_know,
        number=number_of(row),
        code=short_code(row.case.referral.report_id),
        clock=clock_of(row, now),
        steps=steps,
        names=people.calls(ids),
        ways=ways,
        own_moves=[to for to in service_referrals.OWN_MOVES if to in ways],
        final=ENDED - {ServiceState.DONE},
        next_partner=rerouting.next_partner(row),
        shared_on=service_referrals.shared_on(row, now=now),
        contact=partners.contact_of(row.partner) if row.partner else {},
        answer_form=answer_form or AnswerForm(formdata=None),
        answers=answers,
        link=link,
        urgent=is_urgent(row.what),
        may_take_back=taking_back.last_of(row, g.me, now=now),
        recalled=bool(recalls.open_ids([row.id])),
    )


def _do(service_id: UUID, act: Callable[[ServiceReferral], str], form: AnswerForm | None = None):
    if form is None and not JustDo().validate_on_submit():
        return _too_late(service_id)
    try:
        with transaction():
            said = act(service_referrals.get(service_id, g.me, lock=True))
    except Conflict:
        return _too_late(service_id, form)
    except Invalid as wrong:
        if form is not None and (field := wrong.details.get("field")) in form:
            form[field].errors = [_("This is missing.")]
            return page(service_id, answer_form=form), 422
        flash(_unfit(wrong))
        return redirect(url_for("desk.service", service_id=service_id), 303)
    flash(said)
    return redirect(url_for("desk.service", service_id=service_id), 303)


def _unfit(wrong: Invalid) -> str:
    if wrong.code == "service.no_consent":
        return _("Not sent: she has not agreed to this, and no legal basis holds. Ask her first.")
    if wrong.code == "case.closed":
        return _("The case is closed.")
    if wrong.code == "service.kept_out":
        return _("This partner must not know of her. Choose a way around.")
    if wrong.code == "service.settlement":
        return _("The law forbids a settlement here.")
    return _("This does not fit here. Nothing was changed.")


def _too_late(service_id: UUID, form: AnswerForm | None = None):
    """Show it as it stands now, what became of it, and what was typed."""
    late.on_service(service_referrals.get(service_id, g.me), form)
    return page(service_id, answer_form=form), 409
