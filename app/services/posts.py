"""The register of posts: which the office has, who holds each, who acts in it, which are vacant."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import or_, select

from app.db import db, locked
from app.domain import areas, codes
from app.domain.errors import Conflict, Invalid, Missing
from app.models import Person, Post, PostTerm
from app.services import people, trail
from app.services.rows import facts_of, write_facts
from app.services.sessions import Staff

LONGEST_TITLE = 80
LONGEST_NAME = 60
# An acting holder is warned of before the end, so that the post does not fall vacant unseen.
WARN_BEFORE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class State:
    """A post on a day."""

    post: Post
    holder: PostTerm | None
    acting: PostTerm | None

    @property
    def vacant(self) -> bool:
        """Whether nobody holds it; an acting holder does not fill it."""
        return self.holder is None


@dataclass(frozen=True, slots=True)
class Holding:
    """What is written down about somebody in a post; without an account only the name."""

    since: date
    until: date | None = None
    acting: bool = False
    person: Person | None = None
    name: str = ""


def add(kind: str, title: str, since: date, staff: Staff, *, now: datetime) -> Post:
    """Add a post to the establishment.

    :raises Invalid: if there is no such kind, or no title.
    """
    title = " ".join(title.split())
    if kind not in codes.POST:
        raise Invalid("field.code", field="kind")
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid("field.missing" if not title else "field.too_long", field="title")
    post = Post(id=uuid4(), district=staff.district, kind=kind, title=title, since=since)
    db.session.add(post)
    trail.append(staff.district, "post.add", "post", post.id, by=staff.id, now=now)
    return post


def end(post: Post, until: date, staff: Staff, *, now: datetime) -> None:
    """Take a post off the establishment after this day.

    :raises Invalid: if it would end before it began.
    """
    if until < post.since:
        raise Invalid("post.order", field="until")
    post.until = until
    trail.append(post.district, "post.end", "post", post.id, by=staff.id, now=now)


def hold(post: Post, holding: Holding, staff: Staff, *, now: datetime) -> PostTerm:
    """Write down who holds a post, or acts in it for a time.

    :raises Invalid: if nobody is named, the days do not fit, or acting has no end.
    :raises Conflict: if somebody else does so at the same time.
    """
    name = " ".join(holding.name.split())
    _must_fit(post, holding, name)
    if any(_overlap(one, holding) for one in terms(post)):
        raise Conflict("post.taken")
    term = PostTerm(
        id=uuid4(),
        post_id=post.id,
        person_id=holding.person.id if holding.person else None,
        acting=holding.acting,
        since=holding.since,
        until=holding.until,
        noted_at=now,
        noted_by=staff.id,
    )
    if holding.person is None:
        write_facts(term, {"name": name})
    db.session.add(term)
    trail.append(post.district, "post.hold", "post", post.id, by=staff.id, now=now)
    return term


def leave(post: Post, term_id: UUID, until: date, staff: Staff, *, now: datetime) -> None:
    """Note the last day of somebody in a post.

    :raises Missing: if that was not in this post.
    :raises Invalid: if it lies before the first, or after a last day that was noted.
    """
    term = db.session.get(PostTerm, term_id)
    if term is None or term.post_id != post.id:
        raise Missing("term")
    if until < term.since or (term.until is not None and until > term.until):
        raise Invalid("post.order", field="until")
    term.until = until
    trail.append(post.district, "post.leave", "post", post.id, by=staff.id, now=now)


def get(post_id: UUID, staff: Staff, *, lock: bool = False) -> Post:
    """Return a post of the district of `staff`.

    :raises Missing: if there is none.
    """
    query = select(Post).where(Post.id == post_id, Post.district == staff.district)
    if lock:
        query = locked(query)
    post = db.session.scalar(query)
    if post is None:
        raise Missing("post")
    return post


def terms(post: Post) -> list[PostTerm]:
    """Return everybody who was, is or will be in a post, the newest first."""
    rows = select(PostTerm).where(PostTerm.post_id == post.id)
    return list(db.session.scalars(rows.order_by(PostTerm.since.desc(), PostTerm.acting)))


def register(district: str, day: date) -> list[State]:
    """Return the posts of a day, each with who holds it and who acts in it."""
    query = select(Post).where(
        Post.district == district,
        Post.since <= day,
        or_(Post.until.is_(None), Post.until >= day),
    )
    kinds = codes.POST
    posts = sorted(db.session.scalars(query), key=lambda one: (kinds.index(one.kind), one.title))
    held = _held(district, day)
    return [State(post, held.get((post.id, False)), held.get((post.id, True))) for post in posts]


def existing(district: str, day: date) -> Counter:
    """Return how many posts of each kind are held on a day; vacant and acting ones are not."""
    return Counter(one.post.kind for one in register(district, day) if not one.vacant)


def ends_soon(term: PostTerm, today: date) -> bool:
    """Tell whether somebody's time in a post ends within thirty days."""
    return term.until is not None and term.until - today <= WARN_BEFORE


def named(found: list[PostTerm | None]) -> dict[UUID, str]:
    """Return what each of these is called."""
    rows = [one for one in found if one is not None]
    calls = people.calls(one.person_id for one in rows)
    return {
        one.id: calls.get(one.person_id, "") if one.person_id else facts_of(one).get("name", "")
        for one in rows
    }


def _must_fit(post: Post, holding: Holding, name: str) -> None:
    if holding.person is None and not name:
        raise Invalid("field.missing", field="person")
    if len(name) > LONGEST_NAME:
        raise Invalid("field.too_long", field="name")
    if holding.acting and holding.until is None:
        raise Invalid("post.acting_end", field="until")
    if holding.until is not None and holding.until < holding.since:
        raise Invalid("post.order", field="until")
    if holding.since < post.since or (post.until is not None and holding.since > post.until):
        raise Invalid("post.order", field="since")


def _overlap(term: PostTerm, holding: Holding) -> bool:
    if term.acting != holding.acting:
        return False
    begins_before = holding.until is None or term.since <= holding.until
    return begins_before and (term.until is None or term.until >= holding.since)


def _held(district: str, day: date) -> dict[tuple[UUID, bool], PostTerm]:
    query = (
        select(PostTerm, Person.left_at)
        .join(Post, Post.id == PostTerm.post_id)
        .outerjoin(Person, Person.id == PostTerm.person_id)
        .where(
            Post.district == district,
            PostTerm.since <= day,
            or_(PostTerm.until.is_(None), PostTerm.until >= day),
        )
    )
    zone = areas.zone(district)
    return {
        (term.post_id, term.acting): term
        for term, left_at in db.session.execute(query)
        if left_at is None or left_at.astimezone(zone).date() > day
    }
