"""The register of partners, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError

from app.db import db, transaction
from app.domain.errors import Conflict, Invalid, Missing
from app.models import Partner, TrailRow
from app.services import partners
from app.services.partners import Details, Wanted
from tests.desk import as_staff, staff
from tests.make import NOON

TODAY = NOON.date()


@pytest.fixture
def me(app):
    with transaction():
        return as_staff(staff())


@pytest.fixture
def add(me):
    def added(name: str = "RSUD Contoh", kind: str = "hospital", **more) -> Partner:
        with transaction():
            return partners.add(Details(kind=kind, name=name, **more), me, now=NOON)

    return added


def names(me, wanted: Wanted | None = None, **more) -> list[str]:
    found = partners.page(me, wanted or Wanted(), today=TODAY, **more)
    return [one.name for one in found]


def test_who_answers_at_a_partner_lies_under_the_server_key(add):
    made = add(contact="Bu Sekar", number="0281 000111")

    assert b"Sekar" not in made.facts
    assert partners.contact_of(made) == {"contact": "Bu Sekar", "number": "0281 000111"}


def test_writing_a_partner_down_stands_in_the_trail(add, me):
    made = add()

    row = db.session.scalars(db.select(TrailRow).filter_by(act="partner.add")).one()
    assert (row.object_id, row.by) == (str(made.id), me.id)


@pytest.mark.parametrize("field", ["address", "name", "hours", "mou_scope", "contact"])
def test_the_place_of_a_safe_house_is_taken_in_no_box(add, field):
    with pytest.raises(Invalid) as refused:
        add(**{"kind": "shelter", "name": "Rumah Aman", field: "Jl. Mawar 3 RT 2"})
    assert refused.value.code == "partner.shelter_address"
    assert db.session.query(Partner).count() == 0


def test_the_database_takes_no_address_of_a_safe_house_either(add):
    made = add("Rumah Aman", "shelter")
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(
            db.update(Partner).where(Partner.id == made.id).values(address="Jl. Mawar 3")
        )


def test_a_hospital_that_becomes_a_safe_house_must_lose_its_address(add, me):
    made = add(address="Jl. Raya 1")
    with pytest.raises(Invalid), transaction():
        details = Details(kind="shelter", name="Rumah Aman", address="Jl. Raya 1")
        partners.change(partners.get(made.id, me), details, me, now=NOON)


def test_nobody_stands_in_for_themselves_by_however_many_others(add, me):
    clinic = add("Puskesmas", "clinic")
    hospital = add(fallback=clinic.id)
    far = add("RSUD Jauh", fallback=hospital.id)
    with pytest.raises(Invalid) as refused, transaction():
        details = Details(kind="clinic", name="Puskesmas", fallback=far.id)
        partners.change(partners.get(clinic.id, me), details, me, now=NOON)

    assert refused.value.code == "partner.fallback_cycle"
    assert [one.name for one in partners.stand_ins(far)] == ["RSUD Contoh", "Puskesmas"]


def test_who_leaves_the_list_is_stepped_over_in_the_chain(add, me):
    clinic = add("Puskesmas", "clinic")
    hospital = add(fallback=clinic.id)
    far = add("RSUD Jauh", fallback=hospital.id)
    with transaction():
        partners.retire(partners.get(hospital.id, me), me, now=NOON)

    assert [one.name for one in partners.stand_ins(far)] == ["Puskesmas"]
    assert "RSUD Contoh" not in names(me)
    with pytest.raises(Conflict), transaction():
        partners.retire(partners.get(hospital.id, me), me, now=NOON)


@pytest.mark.parametrize("sort", partners.SORTS)
def test_pages_in_any_order_show_everybody_once(add, me, sort):
    for number, until in enumerate([None, 10, 400, None, 10]):
        ends = TODAY + timedelta(days=until) if until else None
        add(f"Mitra {number}", mou="in_force" if ends else "none", mou_until=ends)
    wanted, seen, after = Wanted(sort=sort), [], None
    while found := partners.page(me, wanted, today=TODAY, after=after, limit=2):
        seen += [one.name for one in found]
        after = found[-1]

    assert sorted(seen) == [f"Mitra {number}" for number in range(5)]
    if sort == "mou":
        assert seen[:2] == ["Mitra 1", "Mitra 4"]


def test_the_search_takes_part_of_a_name_and_no_wildcards(add, me):
    add("RSUD Contoh")
    add("Puskesmas 100% Sehat", "clinic")

    assert names(me, Wanted(words="contoh")) == ["RSUD Contoh"]
    assert names(me, Wanted(words="100%")) == ["Puskesmas 100% Sehat"]
    assert names(me, Wanted(words="%")) == ["Puskesmas 100% Sehat"]


def test_agreements_that_end_soon_or_have_ended_are_found(add, me):
    for days in (-5, 30, 90, 91):
        add(f"Mitra {days}", mou="in_force", mou_until=TODAY + timedelta(days=days))
    add("Tanpa MoU")

    assert names(me, Wanted(only_warned=True, sort="mou")) == ["Mitra -5", "Mitra 30", "Mitra 90"]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"name": " "}, "field.missing"),
        ({"mou": "in_force"}, "partner.mou_end"),
        ({"mou_from": date(2026, 2, 1), "mou_until": date(2026, 1, 1)}, "partner.mou_dates"),
        ({"fallback": uuid4()}, "partner.fallback"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(me, wrong, code):
    details = replace(Details(kind="hospital", name="RSUD"), **wrong)
    with pytest.raises(Invalid) as refused, transaction():
        partners.add(details, me, now=NOON)
    assert refused.value.code == code


def test_another_districts_partner_is_not_there(add, me):
    made = add()
    stranger = replace(me, district="52.72")

    with pytest.raises(Missing):
        partners.get(made.id, stranger)
    assert partners.page(stranger, Wanted(), today=TODAY) == []
