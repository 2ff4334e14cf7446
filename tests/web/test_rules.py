"""Rules and deadlines: everybody reads them; head and admin change what is the district's."""

from __future__ import annotations

from app.db import db
from app.domain.permissions import Role
from app.models import DistrictSetting, TrailRow


def test_the_page_shows_what_is_law_and_offers_only_what_may_be_changed(sit):
    page = sit(Role.HEAD).get("/desk/rules").text

    assert "UU 12/2022" in page
    assert "5 tahun" in page and "1826" not in page
    assert "/desk/rules/transfer.answer" in page
    assert "/desk/rules/police.report" not in page
    assert "/desk/rules/lease.hours" not in page
    assert "/desk/rules/transfer.answer" not in sit(Role.CASEWORKER).get("/desk/rules").text


def test_a_change_keeps_its_source_stands_in_the_trail_and_can_be_taken_back(sit):
    desk = sit(Role.ADMIN, label="Petugas Admin")
    place = "/desk/rules/emergency.head"
    wrong = desk.post(place, {"value": "10", "source": "SK Kepala 3/2026"})
    assert wrong.status_code == 422 and "SK Kepala 3/2026" in wrong.text

    desk.post(place, {"value": "25", "source": "SK Kepala 3/2026"})
    assert "diberi tahu setelah 25 menit</h1>" in desk.get(place).text
    page = desk.get("/desk/rules").text
    assert "SK Kepala 3/2026" in page and "Petugas Admin" in page
    assert db.session.query(TrailRow).filter_by(act="setting.change").count() == 1

    desk.post(f"{place}/default")
    assert db.session.query(DistrictSetting).count() == 0


def test_what_is_not_the_districts_cannot_be_sent_either(sit):
    desk = sit(Role.HEAD)
    for name in ("police.report", "lease.hours", "work.contact", "nothing"):
        answer = desk.post(f"/desk/rules/{name}", {"value": "1", "source": "SK"})
        assert answer.status_code in (403, 404), name
    assert db.session.query(DistrictSetting).count() == 0
