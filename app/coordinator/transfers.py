"""Transfers: sending a referral to another district, answering one that came, the letter."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from app.db import db, take_turn, transaction, utc_now
from app.domain.errors import Conflict, Invalid
from app.domain.report import short_code
from app.domain.transfer import TransferState
from app.models import Area, District, Referral, Transfer
from app.services import (
    cases,
    opening,
    people,
    reports,
    transfer_files,
    transfer_list,
    transfer_news,
    transfers,
)
from app.services.listing import PAGE

from . import bp, late
from .forms import JustDo
from .gate import load, needs
from .listing import cut, narrowed
from .sayings import refused
from .transfer_forms import ELSEWHERE, AnswerTransferForm, ReadForm, TransferForm


@bp.get("/transfers")
@needs("transfer.see")
def transfers_list():
    """Show what went to other districts and what came from them, and our own key line."""
    return list_page()


def list_page(form: ReadForm | None = None):
    """Render the list."""
    by, after = narrowed(), request.args.get("after", type=UUID)
    rows, further = cut(transfer_list.page(g.me, by, after=after, limit=PAGE + 1))
    line = transfer_files.key_line(g.me.district)
    return render_template(
        "coordinator/transfers.html",
        rows=rows,
        by=by,
        village=people.area_names([by.village]).get(by.village),
        after=after,
        next_place=further.id if further else None,
        names=district_names(rows),
        codes={row.id: short_code(_own(row).report_id) for row in rows},
        key_line=line,
        spoken=transfer_files.spoken(line),
        form=form or ReadForm(formdata=None),
    )


@bp.post("/transfers")
@needs("transfer.answer")
def read_transfer():
    """Read a sealed copy that came as a file into the queue."""
    form = ReadForm()
    if not form.validate_on_submit() or not form.file.data:
        form.file.errors = [_("Choose the file.")]
        return list_page(form), 422
    try:
        with transaction():
            take_turn()
            raw = form.file.data.read(transfer_files.MOST_BYTES)
            row = transfer_news.read_file(raw, g.me, now=utc_now())
    except (Invalid, Conflict) as wrong:
        form.file.errors = [refused(wrong.code)]
        return list_page(form), 422
    new = not transfer_news.of(row)
    flash(_("Read. It stands in the queue.") if new else _("Read. It stands with the copy."))
    return redirect(url_for("desk.transfer", transfer_id=row.id), 303)


@bp.route("/referrals/<uuid:referral_id>/transfer", methods=["GET", "POST"])
@needs("referral.transfer")
def send_transfer(referral_id: UUID):
    """Send a referral to another district. Its sealed text goes along, so this opens it."""
    shown, form = load(referral_id), TransferForm()
    form.to.choices = _choices()
    spoken, sent = "", None
    if form.validate_on_submit():
        try:
            spoken = transfer_files.spoken(form.key.data or "") if _outside(form) else ""
            if not spoken or form.compared.data:
                sent = _send(referral_id, form)
            else:
                form.compared.errors = [_("Compare the digits below by telephone first.")]
        except Invalid as wrong:
            _blame(form, wrong)
        except Conflict:
            _too_late(load(referral_id), form)
    if sent is not None:
        flash(_("Sent. The other district must answer in time, or it comes back."))
        return redirect(url_for("desk.transfer", transfer_id=sent.id), 303)
    page = render_template(
        "coordinator/transfer_new.html",
        referral=shown,
        case=cases.of_referral(shown),
        code=short_code(shown.report_id),
        form=form,
        spoken=spoken,
        stopped=reports.sharing_stopped(shown.report_id),
    )
    wrong = 409 if "late" in g else 422
    return page, wrong if form.is_submitted() else 200


def _too_late(shown: Referral, form: TransferForm) -> None:
    case = cases.of_referral(shown)
    if case is None:
        late.on_referral(shown, form)
    else:
        late.on_case(case, form)


def _send(referral_id: UUID, form: TransferForm) -> Transfer:
    now, ground = utc_now(), form.ground()
    with transaction():
        take_turn()
        shown = load(referral_id, lock=True)
        case = cases.of_referral(shown)
        opening.open_report(shown, case, g.me, "handover", ground.words, now=now)
        if _outside(form):
            name, key = form.name.data or "", form.key.data or ""
            return transfers.send_file(shown, key, name, ground, g.me, now=now)
        return transfers.send(shown, form.to.data, ground, g.me, now=now)


@bp.get("/transfers/<uuid:transfer_id>")
@needs("transfer.see")
def transfer(transfer_id: UUID):
    """Show one transfer."""
    return transfer_page(transfer_id)


def transfer_page(transfer_id: UUID, form: AnswerTransferForm | None = None):
    """Render one transfer."""
    row = transfers.get(transfer_id, g.me)
    out = row.from_district == g.me.district
    own, news = _own(row), transfer_news.of(row)
    return render_template(
        "coordinator/transfer.html",
        row=row,
        out=out,
        own=own,
        code=short_code(own.report_id),
        names=district_names([row]),
        people=people.calls([row.sent_by, *(one.sent_by for one in news)] if out else []),
        case=cases.of_referral(own) if out else None,
        ours_to_answer=row.state == "sent" and (not out or row.copy_id is None),
        stopped=reports.sharing_stopped(own.report_id),
        form=form or AnswerTransferForm(formdata=None),
        later=transfer_news.later([row], g.me).get(row.id, 0),
        news=news,
    )


@bp.post("/transfers/<uuid:transfer_id>/answer")
@needs("transfer.answer")
def answer_transfer(transfer_id: UUID):
    """Take it over or give it back; of a file, write down what the other office said."""
    transfers.get(transfer_id, g.me)
    form = AnswerTransferForm()
    if not form.validate_on_submit():
        return transfer_page(transfer_id, form), 422
    try:
        with transaction():
            take_turn()
            row = transfers.get(transfer_id, g.me, lock=True)
            to, why = TransferState(form.answer.data), form.refusal.data or None
            transfers.answer(row, to, g.me, refusal=why, now=utc_now())
    except Invalid as wrong:
        form.refusal.errors = [refused(wrong.code)]
        return transfer_page(transfer_id, form), 422
    except Conflict as wrong:
        flash(refused(wrong.code))
    else:
        flash(_("Written down. The other district sees it."))
    return redirect(url_for("desk.transfer", transfer_id=transfer_id), 303)


@bp.post("/transfers/<uuid:transfer_id>/take-back")
@needs("referral.transfer")
def take_transfer_back(transfer_id: UUID):
    """Take back a copy that was not answered yet."""
    try:
        with transaction():
            take_turn()
            row = transfers.get(transfer_id, g.me, lock=True)
            transfers.take_back(row, g.me, now=utc_now())
    except Conflict as wrong:
        flash(refused(wrong.code))
    else:
        flash(_("Taken back. The copy is emptied; it is yours as before."))
    return redirect(url_for("desk.transfer", transfer_id=transfer_id), 303)


@bp.post("/transfers/<uuid:transfer_id>/later")
@needs("referral.transfer")
def send_later(transfer_id: UUID):
    """Send what came after the copy. Its sealed text goes along, so this opens the report."""
    JustDo().validate()
    now = utc_now()
    try:
        with transaction():
            take_turn()
            row = transfers.get(transfer_id, g.me, lock=True)
            if row.referral is None or row.from_district != g.me.district:
                raise Conflict("transfer.moved")
            case, why = cases.of_referral(row.referral), _("what came later, to the other district")
            opening.open_report(row.referral, case, g.me, "handover", why, now=now)
            news = transfer_news.send(row, g.me, now=now)
    except (Invalid, Conflict) as wrong:
        flash(refused(wrong.code))
    else:
        gone, made = _("Sent. What came later has gone to them, too."), _("Sealed. Save the file.")
        flash(made if news.sealed else gone)
    return redirect(url_for("desk.transfer", transfer_id=transfer_id), 303)


def _own(row: Transfer) -> Referral:
    return row.referral if row.from_district == g.me.district else row.copy


def _outside(form: TransferForm) -> bool:
    return form.to.data == ELSEWHERE


def _choices() -> list[tuple[str, str]]:
    query = (
        select(District.code, Area.name)
        .join(Area, Area.code == District.code)
        .where(District.code != g.me.district)
        .order_by(Area.name)
    )
    near = [(code, name.title()) for code, name in db.session.execute(query)]
    return [*near, (ELSEWHERE, _("Another, as a sealed file"))]


def district_names(rows: list[Transfer]) -> dict[str, str]:
    """Return what the districts are called; one that is not here by the name that was typed."""
    codes = {code for row in rows for code in (row.from_district, row.to_district)}
    areas = select(Area.code, Area.name).where(Area.code.in_(codes))
    known = {code: name.title() for code, name in db.session.execute(areas)}
    typed = {row.to_district: row.to_name for row in rows if row.to_name}
    return {code: typed.get(code) or known.get(code, code) for code in codes}


def _blame(form: TransferForm, wrong: Invalid) -> None:
    names = {"reason": "words"}
    name = str(wrong.details.get("field", "to"))
    control = form[names.get(name, name) if names.get(name, name) in form else "to"]
    control.errors = [*control.errors, refused(wrong.code)]
