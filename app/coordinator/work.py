"""Work with a survivor: attempts to reach her, the work log, and the safe way."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain import areas, codes
from app.domain.errors import Invalid, Missing
from app.domain.fields.care import SAFE_WAY
from app.forms import AttemptForm, SafeWayForm, WorkForm
from app.models import ContactAttempt
from app.services import attempts, handovers, opening, owning, safe_ways, work_log
from app.services.rows import facts_of, texts_of

from . import bp, care_frame
from .care_frame import act, save
from .gate import can, load_case, needs
from .sayings import said

PAGE = "desk.work"
# What is to know before one calls or goes; the number stands in the button.
WAY_FIELDS = tuple(
    one.name for one in SAFE_WAY if one.name not in ("contact_via", "number", "confirmed_at")
)


@bp.get("/cases/<uuid:case_id>/work")
@needs("case.see")
def work(case_id: UUID):
    """Show attempts and work."""
    return page(case_id)


@bp.post("/cases/<uuid:case_id>/reach")
@needs("case.open")
def reach(case_id: UUID):
    """Show how she is reached now, below who must not know; opening it is a row in the trail."""
    try:
        with transaction():
            case = load_case(case_id)
            opened = opening.open_report(case.referral, case, g.me, "contact", "", now=utc_now())
    except Invalid:
        flash(_("Somebody else accompanies her: open it with your reason on this page."))
        return redirect(url_for("desk.referral", referral_id=case.referral_id), 303)
    return page(case_id, opened=opened, way_fields=WAY_FIELDS)


@bp.post("/cases/<uuid:case_id>/attempts")
@needs("work.log")
def log_attempt(case_id: UUID):
    """Write an attempt down."""

    def do(case, parsed, now):
        attempts.log(case, parsed, g.me, now=now)

    return save(
        case_id,
        AttemptForm(),
        do,
        page=lambda one, form: page(one, attempt_form=form),
        endpoint=PAGE,
        said=_("The attempt is written."),
    )


@bp.post("/cases/<uuid:case_id>/work")
@needs("work.log")
def log_work(case_id: UUID):
    """Write minutes down."""

    def do(case, parsed, now):
        work_log.log(case, parsed, g.me, now=now)

    return save(case_id, WorkForm(), do, page=page, endpoint=PAGE, said=_("The work is written."))


@bp.post("/cases/<uuid:case_id>/attempts/<uuid:row_id>/strike")
@needs("work.log")
def strike_attempt(case_id: UUID, row_id: UUID):
    """Take an attempt back."""
    return _strike(case_id, row_id, ContactAttempt)


@bp.post("/cases/<uuid:case_id>/work/<uuid:row_id>/strike")
@needs("work.log")
def strike_work(case_id: UUID, row_id: UUID):
    """Take minutes back, with the reason."""

    def do(case, now):
        if work_log.strike(row_id, request.form.get("why", ""), g.me, now=now).case_id != case.id:
            raise Missing("entry")

    return act(case_id, do, endpoint=PAGE, said=_("Taken back. It stays visible as such."))


@bp.get("/cases/<uuid:case_id>/safe-way")
@needs("safe_way.set")
def safe_way(case_id: UUID):
    """Show the form of a new safe way; her own one is opened, with a row in the trail."""
    return _way_page(case_id)


@bp.post("/cases/<uuid:case_id>/safe-way")
@needs("safe_way.set")
def set_safe_way(case_id: UUID):
    """Keep a new safe way; whoever hands over a caseload goes on with the next."""

    def do(case, parsed, now):
        safe_ways.set_new(case.referral, parsed, g.me, now=now)

    saved = _("The safe way is written. Ask again in a week.")
    form = SafeWayForm()
    answer = save(case_id, form, do, page=_way_page, endpoint="desk.case", said=saved)
    leaving = load_case(case_id).caseworker_id
    going_on = not form.errors and can("handover.make") and leaving and handovers.running(leaving)
    return redirect(url_for("desk.handover", person_id=leaving), 303) if going_on else answer


def page(case_id: UUID, form: WorkForm | None = None, **more):
    """Render the page of work."""
    case, reader = care_frame.read(case_id, more.pop("reader", None))
    now, tried, done = utc_now(), attempts.of_case(case), work_log.of_case(case)
    return care_frame.render(
        case,
        reader,
        PAGE,
        form=form or work_form(),
        attempt_form=more.pop("attempt_form", None) or _attempt_form(),
        tried=[(row, facts_of(row), reader.texts(row, row.entered_at)) for row in tried],
        done=[(row, reader.texts(row, row.entered_at)) for row in done],
        strikable={row.id for row in (*tried, *done) if attempts.can_strike(row, g.me, now)},
        minutes=work_log.minutes(case),
        standards=work_log.standards(case.district),
        reasons=codes.STRUCK,
        unreachable=attempts.is_unreachable(case, now),
        who=[*(row.by for row in tried), *(row.person_id for row in done)],
        **more,
    )


def _strike(case_id: UUID, row_id: UUID, table):
    def do(case, now):
        attempts.strike(row_id, case, table, g.me, now=now)

    return act(case_id, do, endpoint=PAGE, said=_("Taken back. It stays visible as such."))


def _attempt_form() -> AttemptForm:
    form = AttemptForm(formdata=None)
    form.attempt_at.data = _here().strftime("%Y-%m-%dT%H:%M")
    return form


def work_form() -> WorkForm:
    """Return a fresh form: today, and the standard minutes of the first kind."""
    form = WorkForm(formdata=None)
    form.work_on.data = _here().strftime("%Y-%m-%d")
    form.minutes.data = work_log.standards(g.me.district)[codes.WORK_KIND[0]]
    return form


def _here():
    return utc_now().astimezone(areas.zone(g.me.district))


def _way_page(case_id: UUID, form: SafeWayForm | None = None):
    with transaction():
        case = load_case(case_id)
        own = owning.is_own(case.referral, case, g.me)
        row = safe_ways.newest(case.referral)
        if own and row is not None and form is None:
            opening.open_case(case, g.me, "contact", now=utc_now())
            form = SafeWayForm(formdata=None)
            _fill(form, texts_of(row))
    form = form or SafeWayForm(formdata=None)
    # The labels speak with the cadre's voice; here the office speaks.
    form.contact_via.choices = [(code, said("contact_via", code)) for code in codes.CONTACT_VIA]
    return render_template(
        "coordinator/safe_way.html",
        case=load_case(case_id),
        form=form,
        back=url_for("desk.case", case_id=case_id),
    )


def _fill(form: SafeWayForm, texts: dict) -> None:
    for control in form.questions():
        if control.short_name in texts:
            control.data = texts[control.short_name]
