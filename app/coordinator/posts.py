"""Posts of the office: which there are, who holds them, who acts in them, and the ABK annex."""

from __future__ import annotations

from uuid import UUID

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p
from flask_wtf import FlaskForm
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Optional

from app.db import transaction, utc_now
from app.domain import codes
from app.domain.errors import Conflict, Invalid
from app.models import Post
from app.services import abk, partners, people, posts

from . import bp
from .forms import at_most, needed
from .gate import needs
from .looks import office
from .partner_forms import Day, choices


class PostForm(FlaskForm):
    kind = SelectField(_p("post", "Kind"), choices=choices("post", codes.POST))
    title = StringField(
        _l("Title of the post"),
        [needed(), at_most(posts.LONGEST_TITLE)],
        description=_l("As the decree calls it."),
    )
    since = Day(_l("Exists since"), [needed()])


class HoldForm(FlaskForm):
    person = SelectField(_l("Who holds it?"))
    name = StringField(
        _l("Name, of somebody without a sign-in here"), [Optional(), at_most(posts.LONGEST_NAME)]
    )
    acting = BooleanField(_l("Acting, for a time"))
    since = Day(_p("post", "From"), [needed()])
    until = Day(_p("post", "Until"), [Optional()], description=_l("Of an acting holder always."))


class EndForm(FlaskForm):
    until = Day(_l("Last day"), [needed()])


@bp.route("/workload/posts", methods=["GET", "POST"])
@needs("posts.change")
def posts_list():
    """Show the posts of today, and add one."""
    form = PostForm()
    if form.validate_on_submit():
        with transaction():
            added = posts.add(form.kind.data, form.title.data, form.since.data, g.me, now=utc_now())
        flash(_("The post stands in the register. Who holds it?"))
        return redirect(url_for("desk.post", post_id=added.id), 303)
    states = posts.register(g.me.district, _today())
    page = render_template(
        "coordinator/posts.html",
        states=states,
        held=posts.named([term for one in states for term in (one.holder, one.acting)]),
        form=form,
    )
    return page, 422 if form.is_submitted() else 200


@bp.route("/workload/posts/<uuid:post_id>", methods=["GET", "POST"])
@needs("posts.change")
def post(post_id: UUID):
    """Show who was and is in a post, and write down who comes."""
    shown = posts.get(post_id, g.me)
    form = _hold_form()
    if form.validate_on_submit():
        try:
            with transaction():
                posts.hold(posts.get(post_id, g.me, lock=True), _holding(form), g.me, now=utc_now())
        except (Invalid, Conflict) as wrong:
            _say(form, wrong)
        else:
            flash(_("Written down."))
            return redirect(url_for("desk.post", post_id=post_id), 303)
    return _page(shown, form), 422 if form.is_submitted() else 200


@bp.post("/workload/posts/<uuid:post_id>/terms/<uuid:term_id>/end")
@needs("posts.change")
def end_term(post_id: UUID, term_id: UUID):
    """Note somebody's last day in a post."""

    def do(shown: Post, form: EndForm) -> None:
        posts.leave(shown, term_id, form.until.data, g.me, now=utc_now())

    return _end(post_id, do, _("The last day is noted."))


@bp.post("/workload/posts/<uuid:post_id>/end")
@needs("posts.change")
def end_post(post_id: UUID):
    """Take a post off the establishment."""

    def do(shown: Post, form: EndForm) -> None:
        posts.end(shown, form.until.data, g.me, now=utc_now())

    return _end(post_id, do, _("The post ends with this day."))


@bp.get("/workload/annex")
@needs("workload.see")
def abk_annex():
    """Show the ABK annex of a year as a paper, in Indonesian whatever the desk speaks."""
    today = _today()
    asked = request.args.get("year", "")
    year = int(asked) if asked.isdecimal() and 2020 <= int(asked) <= today.year else today.year
    with force_locale("id"):
        return render_template(
            "coordinator/abk_paper.html",
            annex=abk.annex(g.me.district, year, now=utc_now()),
            office=office(),
            this_year=today.year,
            now=utc_now(),
            decimal=lambda number, places=2: f"{float(number):.{places}f}".replace(".", ","),
            thousands=lambda number: f"{number:,}".replace(",", "."),
        )


def _end(post_id: UUID, do, said: str):
    posts.get(post_id, g.me)
    form = EndForm()
    if not form.validate_on_submit():
        flash(_("Give the last day."))
        return redirect(url_for("desk.post", post_id=post_id), 303)
    try:
        with transaction():
            do(posts.get(post_id, g.me, lock=True), form)
    except Invalid:
        flash(_("The end must not lie before the beginning."))
    else:
        flash(said)
    return redirect(url_for("desk.post", post_id=post_id), 303)


def _hold_form() -> HoldForm:
    form = HoldForm()
    staff = people.staff_of(g.me.district)
    form.person.choices = [("", _("Somebody without a sign-in"))]
    form.person.choices += [(str(one.id), people.called(one)) for one in staff]
    if not form.is_submitted():
        form.since.data = _today()
    return form


def _holding(form: HoldForm) -> posts.Holding:
    person = people.get(UUID(form.person.data), g.me.district) if form.person.data else None
    return posts.Holding(
        form.since.data, form.until.data, form.acting.data, person, form.name.data or ""
    )


def _say(form: HoldForm, wrong: Invalid | Conflict) -> None:
    words = {
        "field.missing": _("Choose a person, or write a name."),
        "post.acting_end": _("Say until when: an acting holder is for a time."),
        "post.order": _("These days do not fit to the post or to each other."),
        "post.taken": _("Somebody else is in this post then. Note their last day first."),
    }
    field = str(getattr(wrong, "details", {}).get("field", "since"))
    form[field].errors = [words.get(wrong.code, _("This does not fit. Look at it once more."))]


def _page(shown: Post, form: HoldForm):
    terms = posts.terms(shown)
    return render_template(
        "coordinator/post.html",
        post=shown,
        form=form,
        end_form=EndForm(formdata=None),
        terms=terms,
        held=posts.named(terms),
        today=_today(),
    )


def _today():
    return partners.today_in(g.me.district, utc_now())
