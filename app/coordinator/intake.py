"""Laporan baru: what came by another door than the app, by the same questions, in 90 seconds."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from app.db import transaction, utc_now
from app.domain import areas, pocket_card, take_over
from app.domain.errors import Invalid
from app.domain.suspicion import suspected
from app.forms import IntakeForm
from app.services import cadres, people
from app.services import intake as doors
from app.words import question
from app.words.card import FAULTS

from . import bp
from .forms import at_most
from .gate import needs

# The cadre's own reminder; at the desk it would remind nobody.
NOT_AT_THE_DESK = frozenset({"picture"})
ABOUT_THE_DOOR = ("channel", "told_at", "on_behalf_of")
LONGEST_MESSAGE = 4000


class DeskIntakeForm(IntakeForm):
    """The questions, the line of digits of a pocket card, and a message from a chat."""

    card = StringField(_l("Digits of the pocket card"))
    message = TextAreaField(_l("Message from a chat"), [at_most(LONGEST_MESSAGE)])
    compared = BooleanField(_l("I have compared these answers with the message"))
    do = HiddenField()

    @property
    def is_card(self) -> bool:
        """Enter after the digits saves, as anywhere here; without an answer it means the card."""
        return self.do.data == "card" or bool(self.card.data and not self.danger_now.data)


@bp.route("/intake", methods=["GET", "POST"])
@needs("intake.write")
def intake():
    """Ask, and write down; what was typed stays after any fault."""
    zone = areas.zone(g.me.district)
    now = utc_now()
    form = DeskIntakeForm()
    _offer(form)
    if not form.is_submitted():
        form.channel.data = "phone"
        form.conflict.data = "none"
        form.told_at.data = now.astimezone(zone).strftime("%Y-%m-%dT%H:%M")
        return _page(form)
    if form.is_card:
        return _from_card(form)
    if form.do.data == "message":
        return _from_message(form)
    if form.message.data and not form.compared.data:
        form.compared.errors = [_("The answers were proposed by a machine. Compare them first.")]
        return _page(form), 422
    try:
        parsed = form.parsed(zone)
        if parsed is None:
            return _page(form), 422
        with transaction():
            referral = doors.write_down(g.me, parsed, now=now)
    except Invalid as wrong:
        _say(form, wrong)
        return _page(form), 422
    if referral is None:
        flash(_("She said no and nothing speaks for danger to her life: only a count was kept."))
        return redirect(url_for("desk.queue"), 303)
    flash(_("Written down. It is in the queue."))
    if form.message.data:
        return redirect(url_for("desk.replies_page", after=referral.id), 303)
    return redirect(url_for("desk.referral", referral_id=referral.id), 303)


def _from_card(form: DeskIntakeForm):
    try:
        answers = pocket_card.decode(form.card.data or "")
    except Invalid as wrong:
        named = question(str(wrong.details["field"])).short if "field" in wrong.details else ""
        form.card.errors = [FAULTS[wrong.code] % {"question": named}]
        return _page(form), 422
    for name, value in answers.items():
        if name in form:
            form[name].data = value
    form.channel.data = "paper"
    flash(_("Filled in from the card. Look it over, then save."))
    return _page(form)


def _from_message(form: DeskIntakeForm):
    """Fill in what the words of a message may mean. What a person answered already stays."""
    if not form.message.validate(form):
        return _page(form), 422
    found = _proposed(form)
    for name, value in found.answers.items():
        control = form[name]
        if isinstance(value, list):
            known = control.data or []
            control.data = [*known, *(code for code in value if code not in known)]
        elif not control.data:
            control.data = value
    if not form.note.data:
        form.note.data = found.note
    if found.told_at is not None and found.told_at <= utc_now():
        form.told_at.data = found.told_at.strftime("%Y-%m-%dT%H:%M")
    form.channel.data = "whatsapp_or_sms"
    form.compared.data = False
    return _page(form)


def _proposed(form: DeskIntakeForm) -> take_over.Proposed:
    villages = people.villages_of(g.me.district)
    above = people.area_names({areas.subdistrict(area.code) for area in villages})
    known = [
        take_over.Village(area.code, area.name, above.get(areas.subdistrict(area.code), ""))
        for area in villages
    ]
    return take_over.proposed(form.message.data or "", known, areas.zone(g.me.district))


def _offer(form: DeskIntakeForm) -> None:
    form.channel.choices = [pair for pair in form.channel.choices if pair[0] != "app"]
    villages = people.villages_of(g.me.district)
    above = people.area_names({areas.subdistrict(area.code) for area in villages})
    form.village.choices = [("", "–")] + [
        (area.code, f"{area.name} ({above.get(areas.subdistrict(area.code), '')})")
        for area in villages
    ]
    form.on_behalf_of.choices = [("", "–")] + [
        (str(key), words) for key, words in cadres.to_choose_from(g.me.district)
    ]


def _page(form: DeskIntakeForm):
    found = _proposed(form) if form.message.data else None
    asked = [
        control
        for control in form.questions()
        if control.short_name not in (*ABOUT_THE_DOOR, *NOT_AT_THE_DESK)
    ]
    return render_template(
        "coordinator/intake.html",
        form=form,
        door=[form[name] for name in ABOUT_THE_DOOR],
        screens=[one for one in asked if one.question_of.screen],
        more=[one for one in asked if not one.question_of.screen],
        found=found,
        because=found.because if found else {},
        suspicious=suspected(form.note.data or "") if found else (),
    )


def _say(form: DeskIntakeForm, wrong: Invalid) -> None:
    name = str(wrong.details.get("field", ""))
    control = form[name if name in form else "village"]
    control.errors = [*control.errors, _("This does not fit. Look at it once more.")]
