"""The wire is cut after every byte of a question and of its answer: the same end state every time.

The phone's own modules, under node, against a running site. `make test` cuts at every 61st byte,
`make faults` (`SIAGA_WHOLE`) at each one.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess

from sqlalchemy import select

from app.config import ROOT
from app.db import db, transaction, utc_now
from app.models import Device, DirectoryNumber, InboxEnvelope, UnlockTry
from app.services import book, phones
from tests import make
from tests.phone import fresh

STEP = 1 if "SIAGA_WHOLE" in os.environ else 61


def test_a_wire_cut_at_any_byte_leaves_one_phone_one_pin_and_each_act_once(app, processes):
    # given a site that receives, something to fetch, and an invite
    processes.start("web")
    with transaction() as session:
        session.add(DirectoryNumber(district=make.DISTRICT, kind="duty", number="0281000001"))
        session.flush()
        book.publish(make.DISTRICT, now=utc_now())
        cadre = make.person(now=utc_now())
        link = phones.invite(cadre, now=utc_now()).link(processes.url)

    # when everything is cut at every place, and tried again
    node = shutil.which("node") or "node"
    done = subprocess.run(
        [node, "tests/js/cut.mjs", processes.url, link, str(STEP)],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout)
    sent = told.pop("sent")
    print(json.dumps(told))

    # then there is one phone, and each act once, with the number and the receipt that the phone has
    with fresh():
        device = db.session.scalars(select(Device)).one()
        assert (device.wrong_tries, db.session.scalars(select(UnlockTry)).all()) == (0, [])
        rows = db.session.scalars(select(InboxEnvelope)).all()
        kept = {str(row.envelope_id): (row.seq, row.receipt) for row in rows}
    assert len(rows) == len(kept) == len(sent)
    assert kept == {act["id"]: (act["seq"], act["receipt"]) for act in sent}
    assert sorted(seq for seq, _ in kept.values()) == list(range(1, len(kept) + 1))
    assert told["items"]
    least = {"enrolling": 1000, "sending": 2000, "fetching": 1500}
    least |= {"unlocking": 700, "changing": 700}
    for name, bytes_at_least in least.items():
        cuts = told[name]["cuts"]["ask"] + told[name]["cuts"]["answer"]
        assert told[name]["ask"] + told[name]["answer"] >= bytes_at_least
        assert cuts >= bytes_at_least // STEP
