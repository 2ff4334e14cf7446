"""Papers as pages to be printed on A4, in Indonesian whatever the desk speaks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain import codes
from app.domain.consent import EXPLAINED, Purpose, newest
from app.domain.errors import Invalid
from app.domain.report import short_code
from app.models import Case, Referral, ServiceReferral
from app.services import (
    cases,
    consents,
    merged,
    opening,
    own_record,
    owning,
    papers,
    partners,
    reports,
    service_referrals,
    simfoni,
)
from app.services.rows import texts_of
from app.words import label

from . import bp
from .forms import OpenForm
from .gate import load, load_case, needs
from .looks import office
from .onward import number_of
from .transfers import district_names

FACTS = ("survivor_sex", "survivor_age", "violence", "last_happened", "danger_signs", "needs")


@bp.app_template_global("papers_of")
def papers_of(row: ServiceReferral) -> tuple[str, ...]:
    """Return what may be printed of a service referral now."""
    return papers.kinds_for(row, now=utc_now())


@bp.app_template_global("why_open")
def why_open(case: Case) -> tuple[OpenForm, bool]:
    """Return the form that asks why something is opened, and whether the case is one's own."""
    form = OpenForm(formdata=None)
    form.reason.data = "care"
    return form, owning.is_own(case.referral, case, g.me)


@bp.app_template_global("simfoni_ref_of")
def simfoni_ref_of(case: Case) -> str:
    """Return the number that SIMFONI gave to a case, or nothing."""
    return simfoni.ref_of(case)


@bp.app_template_global("explained_words")
def explained_words() -> list[str]:
    """Return the five things that are explained before she decides."""
    return [str(label("explained", code)) for code in codes.EXPLAINED]


@bp.app_template_filter("service_word")
def service_word(service: str) -> str:
    """Return what a service is called."""
    return str(label("service", service))


@bp.post("/services/<uuid:service_id>/paper")
@needs("paper.print")
def service_paper(service_id: UUID):
    """Show a paper about a service, ready to be printed. The trail says who did, and why."""
    kind, form, now = request.form.get("kind", ""), OpenForm(), utc_now()
    back = url_for("desk.service", service_id=service_id)
    try:
        with transaction():
            row = service_referrals.get(service_id, g.me)
            form.validate()
            why = (form.reason.data or "", form.words.data or "")
            opened = papers.open_of_service(row, kind, g.me, *why, now=now)
    except Invalid as wrong:
        return _refused(wrong, back)
    row = service_referrals.get(service_id, g.me)
    today = partners.today_in(row.district, now)
    return _paper(
        kind,
        row.case.referral,
        opened,
        now,
        back=back,
        row=row,
        number=number_of(row),
        words=texts_of(row).get("words", "") if kind == "letter" else "",
        access=_facts(row.case.referral).get("access_needs"),
        agreement=partners.mou_of(row.partner, today) if row.partner else None,
        earlier=[one for one in service_referrals.of_case(row.case) if one.state in SERVED],
    )


@bp.post("/cases/<uuid:case_id>/paper")
@needs("paper.print")
def case_paper(case_id: UUID):
    """Show a paper about a case, ready to be printed."""
    kind, form, now = request.form.get("kind", ""), OpenForm(), utc_now()
    back = url_for("desk.case", case_id=case_id)
    try:
        with transaction():
            shown = load_case(case_id)
            form.validate()
            why = (form.reason.data or "", form.words.data or "")
            opened = papers.open_of_case(shown, kind, g.me, *why, now=now)
    except Invalid as wrong:
        return _refused(wrong, back)
    shown = load_case(case_id)
    held = newest(consents.words_of(shown))
    return _paper(
        kind,
        shown.referral,
        opened,
        now,
        back=back,
        number=short_code(shown.referral.report_id),
        held=held,
        explained=any(word.explained >= EXPLAINED for word in held.values()),
        purposes=list(Purpose),
        sheet=_worksheet(shown, opened),
        **(_own(own_record.of_case(shown)) if kind == "own" else {}),
        ref=simfoni.ref_of(shown),
    )


@bp.post("/referrals/<uuid:referral_id>/paper")
@needs("paper.print")
def report_paper(referral_id: UUID):
    """Show the paper for herself of a report, ready to be printed.

    What was put together with another is told with that one, by who may read that one.
    """
    first = merged.first_of(load(referral_id))
    form, now, back = OpenForm(), utc_now(), url_for("desk.referral", referral_id=referral_id)
    try:
        with transaction():
            shown = load(first)
            form.validate()
            why = (form.reason.data or "", form.words.data or "")
            case = cases.of_referral(shown)
            opened = papers.open_of_report(shown, case, g.me, *why, now=now)
    except Invalid as wrong:
        return _refused(wrong, back)
    shown = load(first)
    number, own = short_code(shown.report_id), _own(own_record.of_report(shown))
    return _paper("own", shown, opened, now, back=back, number=number, **own)


@bp.post("/cases/<uuid:case_id>/simfoni")
@needs("paper.print")
def note_simfoni(case_id: UUID):
    """Write down under which number the data officer entered it."""
    try:
        with transaction():
            shown = load_case(case_id, lock=True)
            simfoni.note_ref(shown, request.form.get("ref", ""), g.me, now=utc_now())
    except Invalid:
        flash(_("Write the number of SIMFONI, at most 40 characters."))
    else:
        flash(_("Written down."))
    return redirect(url_for("desk.case", case_id=case_id), 303)


SERVED = ("served", "done")


def _own(own: own_record.OwnRecord) -> dict:
    """What the paper for herself says: nothing that is written, and nobody's name of here."""
    return {
        "own": own,
        "years": round(own.kept_for.days / 365.25),
        "districts": district_names([one.transfer for one in own.shared if one.transfer]),
    }


def _worksheet(shown: Case, opened: opening.Opened) -> list[tuple[str, str, list[str]]]:
    facts = _facts(shown.referral)
    relation = opened.texts.get("reported_person") or facts.get("reported_person")
    services = simfoni.given(service_referrals.of_case(shown))
    violence = facts.get("violence") or ()
    return [
        ("place", facts.get("place") or "", [simfoni.category("place", facts.get("place"))]),
        ("violence", violence, simfoni.categories("violence", violence)),
        ("reported_person", relation or "", [simfoni.category("reported_person", relation)]),
        ("survivor_age", facts.get("survivor_age") or "", []),
        ("survivor_sex", facts.get("survivor_sex") or "", []),
        ("services", "", services),
    ]


def _facts(shown: Referral) -> dict:
    return reports.coded_facts([shown.report_id])[shown.report_id]


def _paper(kind: str, shown: Referral, opened: opening.Opened, now: datetime, **more):
    with force_locale("id"):
        return render_template(
            "coordinator/paper.html",
            kind=kind,
            referral=shown,
            forbidden=opened.must_not_know,
            facts=_facts(shown),
            fact_names=FACTS,
            office=office(),
            now=now,
            version=simfoni.mapping()["version"],
            **more,
        )


def _refused(wrong: Invalid, back: str):
    if wrong.code == "paper.stopped":
        flash(_("This may not be printed now: nothing goes out without a basis."))
    elif wrong.code == "paper.emptied":
        flash(_("Nothing is kept of it any more: every word was deleted after its time."))
    else:
        flash(_("Say why you open it, in at least eight letters."))
    return redirect(back, 303)
