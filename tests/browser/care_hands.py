"""Three officers' hands through the pages of care, in one real Chromium."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import sqlalchemy
from playwright.sync_api import Locator, expect

from app.db import Base, transaction, utc_now
from tests.browser.hands import Desk

HERE = ZoneInfo("Asia/Jakarta")
# Their rows say when they were made, and a hash of the whole row holds the chain together.
KEPT = {"trail", "trail_heads"}
WORDS = {"need_words": "Rekaan", "goal": "Tenang", "resource": "Posyandu", "expected": "Aman"}


def months_pass(days: int) -> None:
    """Everything that has happened happened so many days earlier: the clock of a running site."""
    with transaction() as session:
        for table in Base.metadata.sorted_tables:
            if table.name not in KEPT:
                _grow_old(session, table, timedelta(days=days))


def _grow_old(session, table, by: timedelta) -> None:
    for row in session.execute(sqlalchemy.select(table)).mappings().all():
        earlier = {
            name: row[name] - by
            for name in (column.name for column in table.columns if column.name.endswith("_at"))
            if row[name] is not None
        }
        if earlier:
            own = [column == row[column.name] for column in table.primary_key]
            session.execute(table.update().where(*own).values(**earlier))


class Officer(Desk):
    """Somebody of the staff at a browser of their own."""

    case: str = ""

    def care(self, page: str = "") -> None:
        """Open a page of the case."""
        self.go(f"cases/{self.case}/{page}".rstrip("/"))

    @property
    def main(self) -> Locator:
        """The page without its rail."""
        return self.page.locator("main")

    def sees(self, words: str) -> None:
        """Find these words on the page."""
        expect(self.main).to_contain_text(words)

    def form(self, act: str = "") -> Locator:
        """The form that leads there; without a name the page's own."""
        which = f"main form[action$='{act}']" if act else "main form:not([action])"
        return self.page.locator(which).first

    def fill(self, act: str = "", **answers: object) -> None:
        """Answer a form's questions, and send it with its last button."""
        form = self.form(act)
        drawer = form.locator("xpath=ancestor::details[not(@open)]/summary")
        if drawer.count():
            drawer.first.click()
        for name, answer in answers.items():
            _answer(form, name, answer)
        with self.page.expect_navigation():
            form.locator("button").last.click()
        assert self.page.locator("main .wrong").count() == 0, self.main.inner_text()

    def onward(self) -> None:
        """Go one stage on: nothing is missing."""
        self.press("[data-key=l]")

    def stands_at(self, stage: str) -> None:
        """See on the rail where the case stands."""
        here = self.page.locator(".stages [aria-current=step] a")
        expect(here).to_have_attribute("href", f"/desk/cases/{self.case}/{stage}")


def _answer(form: Locator, name: str, answer: object) -> None:
    if isinstance(answer, list):
        for code in answer:
            form.locator(f"[name={name}][value={code}]").check()
        return
    field = form.locator(f"[name={name}]").first
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(str(answer))
    elif field.get_attribute("type") in ("radio", "checkbox"):
        form.locator(f"[name={name}][value='{answer}']").check()
    else:
        field.fill(str(answer))


def today(days: int = 0) -> str:
    """A day as a form wants it."""
    return (utc_now().astimezone(HERE) + timedelta(days=days)).strftime("%Y-%m-%d")


def this_minute() -> str:
    """Now as a form wants it."""
    return utc_now().astimezone(HERE).strftime("%Y-%m-%dT%H:%M")
