"""How a cadre herself is reached safely, as she last said it."""

from __future__ import annotations

from app.db import db
from app.domain.fields import Parsed
from app.models import CadreContact
from app.sealing import opener
from app.services.arrival import Arrival
from app.services.rows import seal_texts


def update(parsed: Parsed, arrival: Arrival) -> CadreContact:
    """Keep her newest word; one that was said earlier and came later changes nothing."""
    contact = db.session.get(CadreContact, arrival.person.id)
    if contact is not None and contact.updated_at > arrival.happened_at:
        return contact
    if contact is None:
        contact = CadreContact(person_id=arrival.person.id)
        db.session.add(contact)
    district = arrival.person.district
    contact.updated_at = arrival.happened_at
    contact.number_blind = opener().blind(district, parsed.texts["number"])
    seal_texts(contact, district, parsed.sealed)
    return contact
