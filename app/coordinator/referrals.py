"""One referral: what was reported, what it may mean, and opening what is sealed."""

from __future__ import annotations

import json
from uuid import UUID

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _

from app.db import db, transaction, utc_now
from app.domain import clocks, codes
from app.domain.case import has_no_kind
from app.domain.errors import Invalid
from app.domain.report import planned_by, short_code
from app.models import Person, Referral
from app.services import (
    case_clocks,
    cases,
    deciding,
    directory,
    duty_cards,
    limits,
    opening,
    owning,
    people,
    reading,
    referrals,
    reports,
    trail,
    transfer_news,
    transfers,
    twins,
)
from app.services.rows import facts_of
from app.words import flag_label

from . import assigning, bp, sayings
from .clock_words import came_in, left_until
from .forms import (
    AskForm,
    DuplicateForm,
    JustDo,
    NotOursForm,
    OpenForm,
    ScreeningForm,
)
from .gate import load, needs
from .looks import survivor

# What the facts sheet shows, in this order; sex, age and village stand first by themselves.
SHOWN = (
    "violence",
    "last_happened",
    "danger_now",
    "emergency_call",
    "danger_signs",
    "reported_person_near",
    "source",
    "consent",
    "child_wish",
    "conflict",
    "place",
    "pattern",
    "survivor_count",
    "needs",
    "access_needs",
    "occupation",
    "work_harm",
)
# What the opened sheet shows. The narrative is last: first what keeps her safe.
SEALED = ("contact_via", "survivor_alias", "reported_person", "note")
CONTACT = (
    "number",
    "days",
    "from",
    "to",
    "who_may_answer",
    "code_word",
    "ask_for",
    "cover_story",
    "message_ok",
    "phone_shared",
    "unsafe_signals",
    "meeting_place",
    "confirmed_at",
)


@bp.get("/referrals/<uuid:referral_id>")
@needs("referral.see")
def referral(referral_id: UUID):
    """Show a referral. Looking at it is `seen`, so this writes from its first query."""
    with transaction():
        shown = load(referral_id, lock=True)
        duty_cards.look(shown, g.me, now=utc_now())
    return page(referral_id)


@bp.post("/referrals/<uuid:referral_id>/open")
@needs("referral.open")
def open_referral(referral_id: UUID):
    """Open the sealed text for a reason; no address leads back to what it shows."""
    form = OpenForm()
    now = utc_now()
    if not form.validate_on_submit():
        return page(referral_id, open_form=form), 422
    try:
        with transaction():
            shown = load(referral_id)
            case = cases.of_referral(shown)
            opened = opening.open_report(
                shown, case, g.me, form.reason.data, form.words.data or "", now=now
            )
    except Invalid as wrong:
        if wrong.code != "reason.words":
            raise
        form.words.errors = [_("Say in a few words why you open what another person accompanies.")]
        return page(referral_id, open_form=form), 422
    return page(referral_id, opened=opened)


@bp.post("/referrals/<uuid:referral_id>/take")
@needs("referral.see")
def take_referral(referral_id: UUID):
    """Say *I have it*."""
    with transaction():
        holder = duty_cards.take(load(referral_id, lock=True), g.me, now=utc_now())
    if holder == g.me.id:
        flash(_("You have it now."))
    else:
        flash(_("%(name)s was first and has it.", name=people.calls([holder])[holder]))
    return redirect(url_for("desk.referral", referral_id=referral_id), 303)


def page(referral_id: UUID, *, opened: opening.Opened | None = None, **forms):
    """Render a referral with the forms given, fresh ones for the rest."""
    now = utc_now()
    shown = load(referral_id)
    report = shown.report
    facts = reports.coded_facts([report.id])[report.id]
    kept = facts_of(shown)
    case = cases.of_referral(shown)
    steps = referrals.moves(shown)
    openings = trail.openers("report", report.id)
    cadre = db.session.get(Person, report.cadre_id) if report.cadre_id else None
    ids = [shown.taken_by, report.entered_by, *(row.by for row in openings)]
    running = case_clocks.of_case(case) if case else case_clocks.of_referral(shown)
    ids += [one.by for one in steps] + ([case.caseworker_id] if case else [])
    ids += [one.owner_id for one in running]
    moved_on = transfers.of_referral(shown)
    return render_template(
        "coordinator/referral.html",
        referral=shown,
        report=report,
        facts=facts,
        survivor_words=survivor(facts),
        shown=SHOWN,
        sealed_fields=SEALED,
        contact_fields=CONTACT,
        code=short_code(report.id),
        clock=left_until(shown.due_at, now) if shown.open else None,
        number=limits.limit(shown.district, clocks.answer_limit(shown.risk, shown.emergency)),
        came=came_in(report.clock_from, now),
        proposed=kept.get("proposed", {}),
        reasons=[sayings.reason(code) for code in kept.get("proposed", {}).get("reasons", ())],
        stopped=reports.sharing_stopped(report.id),
        clocks=[(one, left_until(one.due_at, now)) for one in running],
        flags=[flag_label(flag) for flag in report.flags.split(",") if flag],
        call_first=report.no_session or not report.unlocked,
        twins=twins.candidates(shown, g.me) if shown.open else [],
        together=twins.together(shown, g.me),
        planned_by=planned_by(facts, report.happened_at),
        village_numbers=directory.helpers(shown.district, shown.village),
        village=people.area_names([shown.village]).get(shown.village, ""),
        cadre=people.called(cadre),
        names=people.calls(ids),
        case=case,
        moved_on=moved_on,
        later=transfer_news.later(moved_on, g.me),
        steps=steps,
        # What was asked or told with a step is sealed too: it opens with the rest.
        words={one.id: reading.move(one) for one in steps} if opened else {},
        openings=openings,
        no_kind=has_no_kind(
            facts.get("survivor_sex"),
            child=shown.child,
            sexual=shown.sexual,
            kinds=facts.get("violence", ()),
        ),
        own=owning.asks_no_words(shown, case, g.me, now=now),
        opened=opened,
        undoable=deciding.last_undoable(shown, now),
        now=now,
        open_form=forms.get("open_form") or OpenForm(formdata=None),
        paper_form=OpenForm(formdata=None, reason="complaint"),
        screen_form=forms.get("screen_form") or screening_form(shown, facts),
        ask_form=forms.get("ask_form") or AskForm(formdata=None),
        not_ours_form=forms.get("not_ours_form") or NotOursForm(formdata=None),
        duplicate_form=forms.get("duplicate_form") or DuplicateForm(formdata=None),
        just_do=JustDo(formdata=None),
    )


def screening_form(shown: Referral, facts: dict, *, sent: bool = False) -> ScreeningForm:
    """Return the screening form, filled with what is known when it is fresh."""
    known = facts_of(shown)
    screening = known.get("screening", {})
    form = ScreeningForm() if sent else ScreeningForm(formdata=None)
    form.offered = assigning.offer(form, shown)
    # Why is asked only when the level is lower than it stands.
    lower = codes.RISK[: codes.RISK.index(shown.risk)]
    asked = {"data-ask-when": json.dumps({"risk": lower}), "rows": 2}
    form.risk_why.render_kw = {**form.risk_why.render_kw, **asked}
    if not sent:
        form.screening.data = screening.get("screening") or _likely_kinds(facts, shown)
        form.child_and_law_role.data = screening.get("child_and_law_role")
        form.risk.data = str(shown.risk)
        form.authority.data = screening.get("authority", "district")
        theirs = [value for value, _name in form.caseworker.choices]
        form.caseworker.data = (theirs or [""])[0]
    return form


def _likely_kinds(facts: dict, shown: Referral) -> list[str]:
    violence = set(facts.get("violence", ()))
    kinds = []
    if shown.child:
        kinds.append("violence_against_child")
    elif facts.get("survivor_sex") == "male":
        kinds += ["sexual_violence_adult_man"] if shown.sexual else []
    elif facts.get("survivor_sex") == "female":
        kinds.append("violence_against_woman")
    return kinds + [kind for kind in ("trafficking", "child_marriage") if kind in violence]
