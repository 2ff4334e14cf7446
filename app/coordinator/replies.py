"""Ready replies to who writes by a chat, and what to delete where afterwards."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import StringField

from app.db import transaction, utc_now
from app.domain.errors import Invalid, Missing
from app.domain.report import short_code
from app.services import replies

from . import bp
from .forms import JustDo, at_most, needed
from .gate import load, needs


class ReplyForm(FlaskForm):
    text = StringField(_l("Reply, in plain Indonesian"), [needed(), at_most(replies.LONGEST)])


@bp.get("/replies")
@needs("intake.write")
def replies_page():
    """Show the replies to copy; after taking over a message also the way on to its report."""
    return _page()


@bp.post("/replies")
@needs("settings.change")
def add_reply():
    """Offer one reply more."""
    form = ReplyForm()
    if not form.validate_on_submit():
        return _page(form), 422
    try:
        with transaction():
            replies.add(form.text.data, g.me, now=utc_now())
    except Invalid as wrong:
        told = wrong.code == "reply.tells"
        form.text.errors = [
            _("No numbers of people, days of birth or addresses: anybody may read a chat.")
            if told
            else _("This does not fit. Look at it once more.")
        ]
        return _page(form), 422
    flash(_("Added."))
    return redirect(url_for("desk.replies_page"), 303)


@bp.post("/replies/<code>/<any(retire, up):how>")
@needs("settings.change")
def change_reply(code: str, how: str):
    """Retire a reply or offer it again; or offer it earlier."""
    verb = {"retire": replies.retire, "up": replies.move_up}[how]
    if JustDo().validate_on_submit():
        with transaction():
            verb(code, g.me, now=utc_now())
    return redirect(url_for("desk.replies_page"), 303)


@bp.app_template_global("ready_replies")
def ready_replies() -> list[replies.Reply]:
    """Return what may be copied, for the pages where messages are answered."""
    return replies.offered(g.me.district)


def _page(form: ReplyForm | None = None):
    return render_template(
        "coordinator/replies.html",
        every=replies.of(g.me.district),
        form=form or ReplyForm(formdata=None),
        onward=_onward(request.args.get("after", type=UUID)),
    )


def _onward(referral_id: UUID | None) -> tuple[str, str] | None:
    """Return code and address of the report that was just taken over."""
    if referral_id is None:
        return None
    try:
        report_id = load(referral_id).report_id
    except Missing:
        return None
    return short_code(report_id), url_for("desk.referral", referral_id=referral_id)
