"""Two reports side by side, before anybody says that they are about the same person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import g, render_template
from flask_babel import gettext as _

from app.db import take_turn, transaction, utc_now
from app.domain.errors import Invalid, Missing
from app.domain.referral import WAITING
from app.domain.report import short_code
from app.models import Referral
from app.services import cases, duty_cards, opening, owning, people, reports, twins
from app.services.reading import Opened

from . import bp, sayings
from .forms import OpenForm
from .gate import load, needs
from .looks import survivor, worded
from .referrals import CONTACT, SEALED, SHOWN

Pair = tuple[Referral, Referral]


@dataclass(frozen=True, slots=True)
class Line:
    """One question, and what the two say to it."""

    asked: str
    here: str
    there: str

    @property
    def differs(self) -> bool:
        """Tell whether they contradict: an empty answer contradicts nothing."""
        return bool(self.here and self.there) and self.here != self.there


@bp.get("/referrals/<uuid:referral_id>/same/<uuid:other_id>")
@needs("referral.see")
def compare(referral_id: UUID, other_id: UUID):
    """Show the coded facts of both. Looking at them is `seen`."""
    now = utc_now()
    with transaction():
        take_turn()
        for one in _both(referral_id, other_id, lock=True):
            duty_cards.look(one, g.me, now=now)
    return _page(_both(referral_id, other_id))


@bp.post("/referrals/<uuid:referral_id>/same/<uuid:other_id>/open")
@needs("referral.open")
def open_both(referral_id: UUID, other_id: UUID):
    """Open the sealed text of both for one reason; each has its row in the trail."""
    form, now = OpenForm(), utc_now()
    if not form.validate_on_submit():
        return _page(_both(referral_id, other_id), form=form), 422
    why = form.reason.data, form.words.data or ""
    try:
        with transaction():
            both = _both(referral_id, other_id)
            opened = [
                opening.open_report(one, cases.of_referral(one), g.me, *why, now=now)
                for one in both
            ]
    except Invalid as wrong:
        if wrong.code != "reason.words":
            raise
        form.words.errors = [_("Say in a few words why you open what another person accompanies.")]
        return _page(_both(referral_id, other_id), form=form), 422
    return _page(_both(referral_id, other_id), opened=opened)


def _both(referral_id: UUID, other_id: UUID, *, lock: bool = False) -> Pair:
    if referral_id == other_id:
        raise Missing("referral")
    return load(referral_id, lock=lock), load(other_id, lock=lock)


def _page(both: Pair, *, opened: list[Opened] | None = None, form: OpenForm | None = None):
    (one, other), now = both, utc_now()
    facts = reports.coded_facts([each.report_id for each in both])
    theirs = [facts[each.report_id] for each in both]
    forbidden = dict.fromkeys(who for said in opened or () for who in said.must_not_know)
    return render_template(
        "coordinator/compare.html",
        referral=one,
        other=other,
        codes=[short_code(each.report_id) for each in both],
        lines=_facts(both, theirs),
        words=_words(opened) if opened else None,
        forbidden=tuple(forbidden),
        own=all(
            owning.asks_no_words(each, cases.of_referral(each), g.me, now=now) for each in both
        ),
        form=form or OpenForm(formdata=None),
        may_join=one.state in WAITING and twins.fit(one, other),
        other_way=other.state in WAITING and twins.fit(other, one),
        after=twins.joined(one, other),
    )


def _facts(both: Pair, facts: list[dict]) -> list[Line]:
    names = people.area_names([each.village for each in both])
    lines = [
        Line(_("Village"), *(names.get(each.village, "") for each in both)),
        Line(_("Survivor"), *(survivor(each) for each in facts)),
    ]
    lines += [
        Line(sayings.asked(name), *(sayings.said(name, each.get(name)) for each in facts))
        for name in SHOWN
    ]
    return [line for line in lines if line.here or line.there]


def _words(opened: list[Opened]) -> list[Line]:
    lines = [
        Line(sayings.asked(name), *(_all_said(each, name) for each in opened))
        for name in (*SEALED, *CONTACT)
    ]
    return [line for line in lines if line.here or line.there]


def _all_said(opened: Opened, name: str) -> str:
    """Return everything that was said to one question, the first first."""
    added: list[tuple[datetime, dict]] = list(opened.additions)
    said: dict[str, None] = {}
    for texts in (opened.texts, *(more for _at, more in added)):
        value = texts.get("safe_contact", {}).get(name) if name in CONTACT else texts.get(name)
        if value:
            free = name in ("survivor_alias", "note")
            said[str(value) if free else worded(name, value)] = None
    return " / ".join(said)
