"""Kartu saku: the questions of the phone on one sheet of paper for a village, folded to a card."""

from __future__ import annotations

from flask import g, render_template, request

from app.domain.fields import Kind
from app.domain.pocket_card import CARD, DAMM
from app.services import directory, people
from app.words import label, question
from app.words.card import ASKED, HOW

from . import bp
from .gate import needs


@bp.get("/card")
@needs("people.see")
def pocket_card():
    """Show the card of a village; without one, the card of the district."""
    villages = people.villages_of(g.me.district)
    chosen = next((one for one in villages if one.code == request.args.get("village")), None)
    return render_template(
        "coordinator/card.html",
        villages=villages,
        village=chosen,
        questions=[_printed(one) for one in CARD],
        how=HOW,
        damm=DAMM,
        numbers=directory.numbers(g.me.district, chosen.code if chosen else None),
    )


def _printed(one) -> dict[str, object]:
    asked = question(one.name)
    return {
        "text": asked.text,
        "several": one.kind is Kind.CHOICES,
        "when": ASKED.get(one.name, ""),
        "answers": [(f"{place:02}", label(one.name, code)) for place, code in _numbered(one)],
    }


def _numbered(one):
    return enumerate(one.codes, start=1)
