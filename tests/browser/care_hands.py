"""Three officers' hands through the pages of care, in one real Chromium: they know no mouse."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy
from playwright.sync_api import BrowserContext, Locator, expect

from app.db import Base, transaction, utc_now
from tests.browser.desk_hands import Keyboard
from tests.browser.hands import PATIENCE

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


# What kind of answer a question takes, and how many arrows away it is from what stands there.
ASKED = """([where, wanted]) => {
  const field = document.querySelector(where);
  const fits = (one, words) => one.value === wanted || words?.includes(wanted);
  if (field.tagName === 'SELECT') {
    const all = [...field.options].filter((one) => !one.disabled);
    const at = all.findIndex((one) => fits(one, one.text));
    return ['arrows', at < 0 ? null : at - all.indexOf(field.selectedOptions[0])];
  }
  if (field.type !== 'radio') return [field.type, 0];
  const all = [...document.querySelectorAll(where)].filter((one) => !one.disabled);
  const at = all.findIndex((one) => fits(one, one.closest('label')?.innerText));
  return ['arrows', at < 0 ? null : at - Math.max(all.findIndex((one) => one.checked), 0)];
}"""
# How browsers write a day and a minute: nobody knows before which is this one's.
WRITTEN = {
    "date": ("%m%d%Y", "%d%m%Y"),
    "datetime-local": ("%m%d%Y %I%M%p", "%d%m%Y %H%M", "%m%d%Y %H%M"),
}


class Officer(Keyboard):
    """Somebody of the staff at a browser of their own, who presses keys and nothing else."""

    case: str = ""

    def __init__(self, context: BrowserContext, url: str, *account: str) -> None:
        super().__init__(context.new_page(), url)
        self.page.set_default_timeout(PATIENCE)
        self._account = account

    def come_in(self) -> None:
        """Sign in and stand before the queue."""
        self.sign_in(*self._account)

    def to(self, place: str) -> None:
        """Go to a place of the rail."""
        self.follow(f".rail a[href$='/{place}']")

    def go(self, key: str = "Enter") -> None:
        """As everybody does; no page of this story says that something was wrong."""
        super().go(key)
        assert self.page.locator("main .wrong").count() == 0, self.main.inner_text()

    def follow(self, selector: str) -> None:
        """Tab to a link or a button, press it, and wait for the page that follows."""
        self.tab_to(selector)
        self.go()

    def tab_to(self, selector: str, *, last: bool = False) -> None:
        """As everybody does; from the top of a page first over the rail by its own link."""
        self.page.bring_to_front()  # What lies behind another window has no ring.
        if self.focused("body") and ".rail" not in selector:
            super().tab_to(".skip")
            self.press("Enter")
            assert self.focused("main")
        super().tab_to(selector, last=last)

    def letter(self, key: str) -> None:
        """Leap to the button of the page by its letter, and press it."""
        self.press(key)
        assert self.focused(f"[data-key={key}]")
        self.go()

    def care(self, page: str = "") -> None:
        """Go to a page of the case: by its stages, by its crumb, or from the list of cases."""
        address = f"/desk/cases/{self.case}/{page}".rstrip("/")
        if self.page.locator(f"a[href='{address}']").count() == 0:
            self.to("cases")
            self.follow(f"main a[href*='{self.case}']")
        if self.path.partition("#")[0] != address:
            self.follow(f"a[href='{address}']")

    @property
    def main(self) -> Locator:
        """The page without its rail."""
        return self.page.locator("main")

    def sees(self, words: str) -> None:
        """Find these words on the page."""
        expect(self.main).to_contain_text(words)

    def fill(self, act: str = "", **answers: object) -> None:
        """Answer the questions of the form that leads there, and send it with its last button."""
        form = f"form[action$='{act}']" if act else "form:not([action])"
        self.unfold(form)
        for name, answer in answers.items():
            self.answer(f"{form} [name={name}]", answer)
        self.tab_to(f"{form} button", last=True)
        self.go()

    def unfold(self, inside: str) -> None:
        """Open the drawer in which something lies, if it is shut."""
        shut = f"details:not([open]):has({inside})"
        if self.page.locator(shut).count():
            self.tab_to(f"{shut} > summary")
            self.press("Enter")

    def answer(self, where: str, answer: object) -> None:
        """Answer one question; of a list the choice with this code or these words."""
        if isinstance(answer, list):
            for code in answer:
                self._tick(f"{where}[value='{code}']")
            return
        kind, arrows = self.page.evaluate(ASKED, [where, str(answer)])
        assert arrows is not None, f"{where} offers no {answer}"
        if kind == "checkbox":
            self._tick(f"{where}[value='{answer}']")
        elif kind == "arrows":
            self.tab_to(where)
            self.press(*["ArrowDown" if arrows > 0 else "ArrowUp"] * abs(arrows))
            self._if_unticked()
        elif isinstance(answer, datetime):
            self._write_moment(where, kind, answer)
        else:
            self.tab_to(where)
            self.press("Control+a")
            self.type(str(answer))

    def _tick(self, box: str) -> None:
        self.tab_to(box)
        self._if_unticked()

    def _if_unticked(self) -> None:
        if self.focused("input:not(:checked)"):
            self.press("Space")

    def _write_moment(self, where: str, kind: str, moment: datetime) -> None:
        wanted = moment.strftime("%Y-%m-%d" if kind == "date" else "%Y-%m-%dT%H:%M")
        for written in WRITTEN[kind]:
            self.tab_to(where)
            while self.focused(where):  # Wherever in it one came: its first part is written first.
                self.press("Shift+Tab")
            for part in moment.strftime(written).split():
                self.press("Tab")
                self.type(part)
            if self.page.locator(where).input_value() == wanted:
                return
        raise AssertionError(f"{where} takes no {wanted}")

    def onward(self) -> None:
        """Go one stage on: nothing is missing."""
        self.letter("l")

    def stands_at(self, stage: str) -> None:
        """See on the rail where the case stands."""
        here = self.page.locator(".stages [aria-current=step] a")
        expect(here).to_have_attribute("href", f"/desk/cases/{self.case}/{stage}")


def here_now(days: int = 0) -> datetime:
    """This minute, or the same so many days from now, by the clocks of the district."""
    return utc_now().astimezone(HERE) + timedelta(days=days)
