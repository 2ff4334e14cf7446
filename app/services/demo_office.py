"""The invented district's office: its posts, a vacant one, and a year's work in the log.

Ordinary kinds of work for no case: enough to see a board, a ranking and an annex with figures.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from app.db import db
from app.domain import areas
from app.domain.settings import SETTINGS
from app.models import Person, Post, PostTerm, WorkEntry

WEEK = timedelta(days=7)
# What two caseworkers do in a week: kind, times. The load is as uneven as the research found it.
WEEKS = (
    (("interview", 2), ("accompany_police", 1), ("accompany_medical", 2), ("travel", 3)),
    (("interview", 1), ("counselling", 1), ("documentation", 1)),
)
# Kind, title, who holds it and who acts in it: names of `demo.STAFF_PEOPLE`, None is nobody.
POSTS = (
    ("head", "Kepala UPTD PPA", "Wijaya", None),
    ("complaints", "Petugas Pengaduan", "Mawar", None),
    ("caseworker", "Pendamping Korban", "Teratai", None),
    ("caseworker", "Pendamping Korban (dua)", None, "Flamboyan"),
    ("psychologist", "Psikolog Klinis", None, None),
    ("legal", "Pendamping Hukum", None, None),
)
ACTS_FOR = timedelta(days=25)


def load(district: str, staff: dict[str, Person], *, now: datetime) -> None:
    """Add posts and work, where there are none yet. `staff` is named as in the demo."""
    today = now.astimezone(areas.zone(district)).date()
    if db.session.scalar(db.select(Post.id).filter_by(district=district).limit(1)) is None:
        _posts(district, staff, today, now)
    logged = db.select(WorkEntry.id).filter_by(district=district).limit(1)
    if db.session.scalar(logged) is None:
        for name, week in zip(("Teratai", "Flamboyan"), WEEKS, strict=True):
            _work(district, staff[name], week, today, now)


def _posts(district: str, staff: dict[str, Person], today: date, now: datetime) -> None:
    begins, noted = date(today.year, 1, 1), {"noted_at": now, "noted_by": staff["Wijaya"].id}
    for kind, title, holder, acting in POSTS:
        post = Post(id=uuid4(), district=district, kind=kind, title=title, since=begins)
        db.session.add(post)
        db.session.flush()
        if holder:
            _term(post, staff[holder], begins, None, noted)
        if acting:
            _term(post, staff[acting], begins, today + ACTS_FOR, noted)


def _term(post: Post, person: Person, since: date, until: date | None, noted: dict) -> None:
    acting = until is not None
    term = PostTerm(post_id=post.id, person_id=person.id, acting=acting, since=since, until=until)
    term.noted_at, term.noted_by = noted["noted_at"], noted["noted_by"]
    db.session.add(term)


def _work(district: str, person: Person, week: tuple, today: date, now: datetime) -> None:
    on = date(today.year, 1, 1)
    while on <= today:
        for kind, times in week:
            minutes = SETTINGS[f"work.{kind}"].value
            for _turn in range(times):
                entry = WorkEntry(id=uuid4(), district=district, person_id=person.id, kind=kind)
                entry.minutes = entry.standard_minutes = minutes
                entry.done_on, entry.entered_at = on, now
                db.session.add(entry)
        on += WEEK
