"""Consent: the talk and its five explained things, taking it back, a basis without consent."""

from __future__ import annotations

from uuid import UUID

from flask import g
from flask_babel import gettext as _

from app.domain import codes
from app.domain.consent import newest
from app.forms import BasisForm, ConsentForm, WithdrawForm
from app.services import consent_words, consents
from app.services.rows import facts_of

from . import bp, care_frame
from .care_frame import save
from .gate import needs

PAGE = "desk.consent"


@bp.get("/cases/<uuid:case_id>/consent")
@needs("case.see")
def consent(case_id: UUID):
    """Show what she said to what, and since when."""
    return page(case_id)


@bp.post("/cases/<uuid:case_id>/consent")
@needs("consent.record")
def record_consent(case_id: UUID):
    """Write down a talk."""

    def do(case, parsed, now):
        consents.record(case, parsed, g.me, now=now)

    return save(
        case_id, ConsentForm(), do, page=page, endpoint=PAGE, said=_("Her decision is written.")
    )


@bp.post("/cases/<uuid:case_id>/consent/withdraw")
@needs("consent.record")
def withdraw_consent(case_id: UUID):
    """She takes it back: sharing stops at once."""

    def do(case, parsed, now):
        consents.withdraw_at_desk(case, parsed, g.me, now=now)

    return save(
        case_id,
        WithdrawForm(),
        do,
        page=lambda one, form: page(one, withdraw_form=form),
        endpoint=PAGE,
        said=_("Stopped. Nothing new goes out from now on; the recall runs for 3 × 24 hours."),
    )


@bp.post("/cases/<uuid:case_id>/consent/basis")
@needs("consent.record")
def set_basis(case_id: UUID):
    """Write down a basis without her consent."""

    def do(case, parsed, now):
        consents.set_basis(case, parsed, g.me, now=now)

    return save(
        case_id,
        BasisForm(),
        do,
        page=lambda one, form: page(one, basis_form=form),
        endpoint=PAGE,
        said=_("The basis is written."),
    )


def page(case_id: UUID, form: ConsentForm | None = None, **more):
    """Render the page of consent."""
    case, reader = care_frame.read(case_id, more.pop("reader", None))
    talks = consents.talks(case)
    bases = consent_words.recorded_bases(case)
    held = newest(consents.words_of(case))
    withdraw_form = more.pop("withdraw_form", None) or WithdrawForm(formdata=None)
    if not withdraw_form.purposes.data:
        said_yes = [str(one) for one, word in held.items() if word.decision == "yes"]
        withdraw_form.purposes.data = said_yes or list(codes.CONSENT_PURPOSE)
    return care_frame.render(
        case,
        reader,
        PAGE,
        form=form or ConsentForm(formdata=None),
        withdraw_form=withdraw_form,
        basis_form=more.pop("basis_form", None) or BasisForm(formdata=None),
        held={str(purpose): word for purpose, word in held.items()},
        purposes=codes.CONSENT_PURPOSE,
        bases=consents.bases_of(case),
        written=[(row, facts_of(row), reader.texts(row, row.at)) for row in talks],
        recorded=[(row, facts_of(row), reader.texts(row, row.at)) for row in bases],
        who=[row.by for row in (*talks, *bases)],
        **more,
    )
