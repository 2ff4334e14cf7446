"""Statistics: trends and tables for the office, what goes to others, and papers of both."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from flask import flash, g, redirect, render_template, request, send_file, url_for
from flask_babel import format_date
from flask_babel import gettext as _

from app.db import transaction, utc_now
from app.domain.errors import Invalid
from app.domain.settings import SETTINGS
from app.domain.statistics import MONTHS_IN_A_TABLE, Table, Tier, month_name, months
from app.services import counting, partners, people, readiness, statistics
from app.words import LABELS
from app.words.statistics import UNKNOWN

from . import bp
from .gate import heavy, needs
from .sheets import workbook

SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GIVEN = (Tier.OFFICE, Tier.PUBLIC)


@bp.get("/statistics")
@needs("statistics.see")
def statistics_page():
    """Show the numbers of some months as they are."""
    first, last = _asked()
    shown = statistics.exact(g.me.district, first, last)
    last_counted, waiting = counting.counted_at(g.me.district)
    return render_template(
        "coordinator/statistics.html",
        shown=shown,
        counted_at=last_counted,
        waiting=waiting,
        given={tier: statistics.given_out(g.me.district, tier) for tier in GIVEN},
        open_years={tier: _open_years(tier) for tier in GIVEN},
        this_month=_this_month(),
        **_words(shown),
    )


@bp.post("/statistics/count")
@needs("statistics.see")
def count_statistics():
    """Have the months that changed counted now."""
    counting.ask()
    flash(_("Being counted. Look again in a minute."))
    return redirect(url_for("desk.statistics_page"), 303)


@bp.get("/statistics/month/<month>")
@needs("statistics.see")
def month_report(month: str):
    """Show one month as a paper: sums and clocks, no table that tells of persons."""
    shown = statistics.totals_for_offices(g.me.district, month, month)
    return render_template(
        "coordinator/statistics_paper.html", shown=shown, month=month, **_words(shown)
    )


@bp.get("/statistics/month/<month>/sheet")
@needs("statistics.see")
def month_sheet(month: str):
    """Hand out the same as a spreadsheet."""
    shown = statistics.totals_for_offices(g.me.district, month, month)
    return _sheet(shown, f"statistik-{month}.xlsx")


@bp.post("/statistics/give")
@needs("statistics.give")
@heavy
def give_statistics():
    """Make the tables of a year for offices or for everybody: once, and for ever."""
    tier, first, last = _wanted_year()
    with transaction():
        made = statistics.give_out(g.me, tier, first, last, now=utc_now())
    flash(_("Made. It stays as it is now, also when late reports arrive."))
    return redirect(url_for("desk.given_statistics", tier=tier, year=made.first[:4]), 303)


@bp.get("/statistics/<any(office,public):tier>/<int:year>")
@needs("statistics.see")
def given_statistics(tier: str, year: int):
    """Show what was given out for a year."""
    shown = _given(Tier(tier), year)
    return render_template(
        "coordinator/statistics_paper.html", shown=shown, month=None, **_words(shown)
    )


@bp.get("/statistics/<any(office,public):tier>/<int:year>/sheet")
@needs("statistics.see")
def given_sheet(tier: str, year: int):
    """Hand out the same as a spreadsheet."""
    return _sheet(_given(Tier(tier), year), f"statistik-{tier}-{year}.xlsx")


@bp.get("/statistics/villages")
@needs("statistics.see")
def village_sheet():
    """Show *Lembar Desa*: what was done where, and the regency's total; never a village's cases."""
    now = utc_now()
    this = counting.month_of(g.me.district, now)
    first = month_name(_number(this) - MONTHS_IN_A_TABLE)
    last = month_name(_number(this) - 1)
    places = readiness.subdistricts(g.me.district, now=now)
    regency = statistics.totals_for_offices(g.me.district, first, last)
    return render_template(
        "coordinator/statistics_villages.html",
        places=places,
        total=readiness.total(places),
        partners=len(partners.working(g.me.district)),
        reports=regency.totals["reports"],
        first=month_words(first),
        last=month_words(last),
        days=SETTINGS["practice.counts_for"].value,
        now=now,
    )


def month_words(month: str) -> str:
    """Return a month in words of the reader's language."""
    return format_date(date.fromisoformat(f"{month}-01"), "MMMM yyyy")


def _asked() -> tuple[str, str]:
    this = _this_month()
    first = request.args.get("from") or month_name(_number(this) - MONTHS_IN_A_TABLE + 1)
    last = request.args.get("to") or this
    months(first, last)
    return first, last


def _this_month() -> str:
    return counting.month_of(g.me.district, utc_now())


def _number(month: str) -> int:
    year, number = month.split("-")
    return int(year) * 12 + int(number) - 1


def _open_years(tier: Tier) -> list[str]:
    found = statistics.may_be_given(g.me.district, tier, now=utc_now())
    return [first[:4] for first, _last in found]


def _wanted_year() -> tuple[Tier, str, str]:
    tier, year = request.form.get("tier"), request.form.get("year", "")
    if tier not in GIVEN or not (year.isascii() and year.isdecimal() and len(year) == 4):
        raise Invalid("statistics.window")
    return Tier(tier), f"{year}-01", f"{year}-12"


def _given(tier: Tier, year: int) -> statistics.Overview:
    return statistics.given_year(g.me.district, tier, year)


def _words(shown: statistics.Overview) -> dict:
    tables = {statistics.CLOCK: shown.clock, **shown.clocks, **shown.tables}
    places = people.area_names(shown.tables["subdistrict"].cells) if "subdistrict" in tables else {}
    return {
        "tables": {name: _named(name, one, places) for name, one in tables.items()},
        "sources": tables,
        "titles": LABELS["table"],
        "totals": [(LABELS["total"][name], sum_) for name, sum_ in shown.totals.items()],
        "month_words": month_words,
    }


def _named(name: str, one: Table, places: dict[str, str]) -> list[tuple[object, int | None]]:
    """Codes as words: in the order of the question, places as on every other list, by name."""
    labels = LABELS.get(name, {})
    cells = one.cells.items()
    if name == "subdistrict":
        cells = sorted(cells, key=lambda cell: places.get(cell[0], ""))
    return [(places.get(code) or labels.get(code) or UNKNOWN, count) for code, count in cells]


def _sheet(shown: statistics.Overview, name: str):
    words = _words(shown)
    made = workbook(words["totals"], words["titles"], words["tables"], hidden=_("hidden"))
    made_as = BytesIO(made)
    return send_file(made_as, SPREADSHEET, as_attachment=True, download_name=name, max_age=0)
