"""One phone, several windows: the same draft open five times, one leader that sends."""

from __future__ import annotations

from app.db import db
from app.models import InboxEnvelope
from tests.browser import walk

DRAFTS = """async () => (await (await caches.open('siaga-kept')).keys())
  .map(({url}) => url.split('/k/')[1]).filter((name) => name.startsWith('draft/'))"""
TABS = 5


def arrived() -> list[InboxEnvelope]:
    db.session.rollback()
    return db.session.scalars(db.select(InboxEnvelope)).all()


def test_five_tabs_on_one_draft_send_one_report_and_lose_no_word(phone, invite, served):
    # given a draft that stands open in five tabs
    pin = walk.enrol(phone, invite())
    walk.write(phone, walk.REPORT[:-1])
    phone.wait_for_selector("#saved:not(:empty)")
    [draft] = phone.evaluate(DRAFTS)
    tabs = [phone]
    for _ in range(TABS - 1):
        tab = phone.context.new_page()
        tab.goto(served)
        walk.unlock(tab, pin)
        walk.press(tab, "draft")
        tabs.append(tab)

    # when each of them answers the last question and sends
    for field, value in walk.REPORT[-1:]:
        for tab in tabs:
            walk.answer(tab, field, value)
    for tab in tabs:
        walk.at(tab, "sum")
        walk.press(tab, "send")
    for tab in tabs:
        walk.at(tab, "end")

    # then it is one report with four additions, each number given once, and no draft is left
    for _ in range(300):
        if len(arrived()) >= TABS:
            break
        phone.wait_for_timeout(100)
    rows = arrived()
    assert len(rows) == TABS
    assert [str(row.envelope_id) for row in rows].count(draft.rpartition("/")[2]) == 1
    assert sorted(row.seq for row in rows) == list(range(1, TABS + 1))
    assert phone.evaluate(DRAFTS) == []
