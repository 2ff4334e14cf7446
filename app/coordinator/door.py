"""Coming in and going out: sign-in, the second factor asked again, sign-out, and kept forms."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from flask import flash, g, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.csrf import CSRFError
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app.db import transaction, utc_now
from app.services import sessions, sign_in
from app.services.kept import keep, kept_form, typed

from . import OPEN, bp
from .gate import inside

KEPT_FOR = timedelta(hours=1)


class EnterForm(FlaskForm):
    name = StringField(_l("Sign-in name"), [InputRequired(), Length(max=60)])
    password = PasswordField(_l("Password"), [InputRequired(), Length(max=200)])
    code = StringField(_l("Code of the authenticator app"), [InputRequired(), Length(max=10)])
    kept = HiddenField()


class StepUpForm(FlaskForm):
    code = StringField(_l("Code of the authenticator app"), [InputRequired(), Length(max=10)])
    kept = HiddenField()


@bp.route("/enter", methods=["GET", "POST"])
def enter():
    """Ask for name, password and code; one answer for every wrong one."""
    if g.me is not None and request.method == "GET":
        return redirect(inside(request.args.get("to")), 303)
    form = EnterForm()
    if not form.validate_on_submit():
        return _door(form)
    now = utc_now()
    name, address = form.name.data, request.remote_addr or ""
    if wait := sign_in.resting(name, address, now):
        return _door(form, wait=wait, status=429)
    person_id = sign_in.right_password(name, form.password.data)
    with transaction():
        came_in = sign_in.enter(person_id, name, form.code.data, address=address, now=now)
    if isinstance(came_in, sign_in.Refused):
        return _door(form, wrong=True, wait=came_in.wait, status=403)
    before = sessions.whose(session.get("reference"))
    session.clear()
    g.pop("csrf_token", None)  # A new session gets a new form token too.
    session["reference"] = came_in
    if before not in (None, person_id):
        session["other"] = True
    if kept := _given_back(form.kept.data, person_id, now):
        return render_template("coordinator/kept.html", kept=kept)
    return redirect(inside(request.args.get("to")), 303)


def ask_again():
    """Answer a form whose session ran out: sign in here, and what was typed comes back."""
    now = utc_now()
    person_id = sessions.whose(session.get("reference"))
    form = EnterForm(formdata=None)
    if person_id is not None:
        form.kept.data = keep(person_id, request.full_path, request.form, now, _chosen())
    return _door(form, ran_out=True, status=401)


@bp.errorhandler(CSRFError)
def of_another_session(error: CSRFError):
    """Answer a form of a tab that was open before one signed in anew in another: ask once more.

    Only what the browser itself says comes from a page of ours: nobody else's form is carried on,
    neither a stranger's nor what a colleague had begun at this computer before.
    """
    ours = request.headers.get("Sec-Fetch-Site") == "same-origin" and request.endpoint not in OPEN
    ours = ours and "other" not in session
    g.me = sessions.who(session.get("reference"), utc_now()) if ours else None
    if g.me is None:
        return render_template("error.html", status=400, code="csrf"), 400
    kept = typed(request.full_path, request.form, _chosen())
    return render_template("coordinator/kept.html", kept=kept)


@bp.route("/step-up", methods=["GET", "POST"])
def step_up():
    """Ask for the second factor once more before something heavy."""
    form, now = StepUpForm(), utc_now()
    if not form.validate_on_submit():
        return _once_more(form, request.args.get("to"))
    with transaction():
        right = sign_in.step_up(g.me, form.code.data, now=now)
    if not right:
        return _once_more(form, request.args.get("to"), wrong=True)
    if kept := _given_back(form.kept.data, g.me.id, now):
        return render_template("coordinator/kept.html", kept=kept)
    return redirect(inside(request.args.get("to")), 303)


def before_that(back: str):
    """Ask for the second factor before a form goes on: what was typed comes back after it."""
    form = StepUpForm(formdata=None)
    form.kept.data = keep(g.me.id, request.full_path, request.form, utc_now(), _chosen())
    return _once_more(form, back)


@bp.post("/leave")
def sign_out():
    """End this session. Its reference stays and opens nothing: by it another tab's form is kept."""
    with transaction():
        sessions.leave(g.me, utc_now())
    stays = {name: session[name] for name in ("reference", "csrf_token") if name in session}
    session.clear()
    session.update(stays)
    flash(_("You are signed out."))
    return redirect(url_for("desk.enter"), 303)


def _door(form, *, status: int = 200, **said):
    address = url_for("desk.enter", to=inside(request.args.get("to") or request.path))
    return render_template("coordinator/enter.html", form=form, address=address, **said), status


def _once_more(form: StepUpForm, back: str | None, *, wrong: bool = False):
    address = url_for("desk.step_up", to=inside(back))
    page = render_template("coordinator/step_up.html", form=form, wrong=wrong, address=address)
    return page, 403 if wrong else 200


def _chosen() -> list[str]:
    """The fields of this form in which a file was chosen."""
    return [name for name, file in request.files.items() if file.filename]


def _given_back(token: str | None, person_id: UUID | None, now: datetime):
    if not token or person_id is None:
        return None
    return kept_form(token, person_id, now, keeps=KEPT_FOR)
