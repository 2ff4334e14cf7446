"""How `v1` was made. Not to be run again: what lies there opens for ever."""

import json
from pathlib import Path
from uuid import UUID

from app.sealing import envelope as e

HERE = Path(__file__).parent / "v1"
DEVICE = "6d1f0c7a-2b3e-4f5a-8c9d-0e1f2a3b4c5d"
VISIT = "2f9d6f9e-58d3-4a53-9d1f-7f4f5c0c2b11"
AT = "2026-11-21T09:30:00+07:00"

SAFE = {"contact_via": "midwife", "ask_for": "temui Bidan Sekar", "cover_story": "posyandu"}
REPORT = {
    "village": "33.02.17.2001",
    "danger_now": "no",
    "survivor_sex": "female",
    "survivor_age": "25_44",
    "violence": ["physical", "psychological"],
    "last_happened": "days_2_3",
    "danger_signs": ["strangled", "getting_worse"],
    "reported_person_near": "yes",
    "source": "survivor",
    "consent": "yes",
    "safe_contact": SAFE,
    "conflict": "none",
    "survivor_alias": "Mawar 🌹",
    "note": "Ia minta ditemui siang. مرحبا",
}
BODIES = {
    "report.create": REPORT,
    "report.add": {"report_id": VISIT, "note": "Tambahan."},
    "visit.accept": {"visit_id": VISIT, "conflict": "none"},
    "visit.decline": {"visit_id": VISIT, "reason": "unsafe"},
    "visit.plan": {"visit_id": VISIT, "planned_at": AT, "check_out_in": 60},
    "visit.start": {
        "visit_id": VISIT,
        "still_agreed": "yes",
        "cover_ready": "yes",
        "check_out_in": 45,
    },
    "visit.end": {"visit_id": VISIT, "how": "done", "need": "none"},
    "visit.record": {"visit_id": VISIT, "outcome": "met", "alone_with_survivor": "yes"},
    "alert.acknowledge": {"alert_id": VISIT},
    "consent.withdraw": {"report_id": VISIT, "purposes": ["contact", "visit"]},
    "contact.update": {"number": "081200000000", "via": "whatsapp", "may_name_me": "no"},
    "call.me": {"when": "today", "number": "mine"},
    "tally.add": {"village": "33.02.17.2001", "month": "2026-11", "violence": ["physical"]},
    "drill.record": {"ok": True, "seconds": 48, "backs": 1, "missed_signs": []},
}


def make() -> None:
    """Write the key and one envelope an act, and one of each other use."""
    private, kid = e.new_private(), "intake.33.02.1"
    key = {
        "kid": kid,
        "private": e.b64(e.scalar_of(private)),
        "public": e.b64(e.public_of(private)),
    }
    write("key.json", key)
    for number, (act, body) in enumerate(BODIES.items()):
        id = str(UUID(int=0x40008000000000000000 + number))
        content = {"act": act, "at": AT, "by": DEVICE, "unlocked": True, "body": body}
        keep(f"act-{act}", private, e.envelope_info(kid, id, 1), content, e.ACT_SIZES, id=id)
    item = e.item_info("visit", DEVICE, VISIT, 1)
    keep("item-visit", private, item, {"visit_id": VISIT, "state": "assigned"}, e.ITEM_SIZES)
    column = e.column_info("archive.33.02.1", "reports", VISIT, 1)
    keep("row-reports", private, column, {"note": "Ia minta ditemui siang."}, e.ROW_SIZES)


def keep(name, private, info, content, sizes, **more) -> None:
    sealed = e.seal(e.public_of(private), info, content, sizes)
    golden = {"info": info.decode(), "schema": 1, **more, "content": content}
    golden |= {"sha256": e.digest(sealed), "sealed": e.b64(sealed)}
    write(f"{name}.envelope.json", golden)


def write(name, content) -> None:
    (HERE / name).write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    make()
