"""Numbers as a spreadsheet. Words stand in it as text, never as a formula."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from io import BytesIO

from flask_babel import gettext as _

Rows = Iterable[tuple[object, int | None]]


def workbook(
    totals: Rows, titles: Mapping[str, object], tables: Mapping[str, Rows], *, hidden: str
) -> bytes:
    """Return an XLSX of one sheet with the sums and one for each table.

    A hidden number is written as the word `hidden`, so that nobody adds it up as nought.
    """
    from openpyxl import Workbook  # Late: it costs 30 MB.

    book = Workbook()
    _fill(book.active, _("Sums"), totals, hidden)
    for name, rows in tables.items():
        _fill(book.create_sheet(), str(titles[name]), rows, hidden)
    kept = BytesIO()
    book.save(kept)
    return kept.getvalue()


def _fill(sheet, title: str, rows: Rows, hidden: str) -> None:
    sheet.title = title[:31]
    sheet.column_dimensions["A"].width = 48
    for at, (name, number) in enumerate(rows, 1):
        cell = sheet.cell(at, 1, str(name))
        cell.data_type = "s"
        sheet.cell(at, 2, hidden if number is None else number)
