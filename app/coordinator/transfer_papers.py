"""What travels beside a transfer: the sealed files, and the letter that is printed."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import g, render_template, send_file
from flask_babel import force_locale
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.errors import Conflict
from app.domain.report import short_code
from app.services import cases, opening, reports, trail, transfer_files, transfer_news, transfers

from . import bp
from .forms import JustDo
from .gate import needs
from .looks import office
from .transfers import district_names


@bp.post("/transfers/<uuid:transfer_id>/file")
@needs("referral.transfer")
def transfer_file(transfer_id: UUID):
    """Hand out the sealed copy as a file; nobody here can open it."""
    with transaction():
        row = transfers.get(transfer_id, g.me)
        if row.sealed is None:
            raise Conflict("transfer.moved")
        trail.append(g.me.district, "transfer.file", "transfer", row.id, by=g.me.id, now=utc_now())
    row = transfers.get(transfer_id, g.me)
    return _as_file(transfer_files.as_file(row), "salinan.siaga")


@bp.post("/transfers/<uuid:transfer_id>/later/<uuid:news_id>/file")
@needs("referral.transfer")
def later_file(transfer_id: UUID, news_id: UUID):
    """Hand out what came after the copy as a file; nobody here can open it."""
    JustDo().validate()
    with transaction():
        row = transfers.get(transfer_id, g.me)
        news = transfer_news.get(row, news_id)
        trail.append(g.me.district, "transfer.file", "transfer", row.id, by=g.me.id, now=utc_now())
        made = transfer_files.as_file(row, news)
    return _as_file(made, "susulan.siaga")


def _as_file(made: bytes, name: str):
    kind = "application/json"
    return send_file(BytesIO(made), kind, as_attachment=True, download_name=name, max_age=0)


@bp.post("/transfers/<uuid:transfer_id>/letter")
@needs("paper.print")
def transfer_letter(transfer_id: UUID):
    """Show the letter that goes with it, ready to be printed. The trail says who did."""
    JustDo().validate()
    now = utc_now()
    with transaction():
        row = transfers.get(transfer_id, g.me)
        if row.referral is None or row.from_district != g.me.district:
            raise Conflict("transfer.moved")
        why = _("letter to the other district")
        case = cases.of_referral(row.referral)
        opened = opening.open_report(row.referral, case, g.me, "handover", why, now=now)
        trail.append(
            g.me.district, "paper.print", "transfer", row.id, by=g.me.id, now=now, reason="transfer"
        )
    row = transfers.get(transfer_id, g.me)
    facts = reports.coded_facts([row.referral.report_id])[row.referral.report_id]
    with force_locale("id"):
        return render_template(
            "coordinator/transfer_letter.html",
            row=row,
            number=short_code(row.referral.report_id),
            forbidden=opened.must_not_know,
            facts=facts,
            to=district_names([row])[row.to_district],
            office=office(),
            now=now,
        )
