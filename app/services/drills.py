"""Practice: the real test of signing in, sealing, sending and alerts; never in the queue."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.domain.fields import Parsed
from app.models import Drill
from app.services import notices
from app.services.arrival import Arrival


def note(parsed: Parsed, arrival: Arrival, *, now: datetime) -> Drill:
    """Keep that she practised, and answer the phone that did: *Latihan diterima. HP siap.*"""
    drill = Drill(
        id=arrival.id,
        device_id=arrival.device.id,
        person_id=arrival.person.id,
        done_at=arrival.happened_at,
        ok=parsed.facts["ok"],
        seconds=parsed.facts["seconds"],
        backs=parsed.facts.get("backs", 0),
        missed_signs=len(parsed.facts.get("missed_signs", ())),
    )
    db.session.add(drill)
    notices.alert(arrival.person, "drill_received", device=arrival.device, now=now)
    return drill
