"""How a cadre herself is reached safely, as she last said it."""

from __future__ import annotations

from collections.abc import Mapping

from app.db import db
from app.domain.errors import NotAllowed
from app.domain.fields import Parsed
from app.models import CadreContact
from app.sealing import opener
from app.sealing.district import dialled
from app.services.arrival import Arrival
from app.services.rows import seal_texts, texts_of

_PROVES = {"number": dialled, "second_number": dialled, "word": str.casefold}
"""By these she is known on the telephone; each with how it is compared."""


def update(parsed: Parsed, arrival: Arrival) -> CadreContact:
    """Keep her newest word; one that was said earlier and came later changes nothing.

    The desk calls her registered number before it acts on what came without her PIN. So whoever
    only holds her phone may not change that number, nor by what she is recognised.

    :raises NotAllowed: if it would, and is not known to be hers: a person calls the former number.
    """
    contact = db.session.get(CadreContact, arrival.person.id)
    if contact is not None and contact.updated_at > arrival.happened_at:
        return contact
    said = dict(parsed.sealed)
    if contact is not None and not arrival.is_hers:
        known = texts_of(contact)
        if _is_other(known, said):
            raise NotAllowed("contact.unproven")
        said = known | said
    if contact is None:
        contact = CadreContact(person_id=arrival.person.id)
        db.session.add(contact)
    district = arrival.person.district
    contact.updated_at = arrival.happened_at
    contact.number_blind = opener().blind(district, parsed.texts["number"])
    seal_texts(contact, district, said)
    return contact


def _is_other(known: Mapping[str, str], said: Mapping[str, str]) -> bool:
    """Tell whether what she is known by would change; what is left out stays as it was."""
    given = {name: same for name, same in _PROVES.items() if name in said}
    return any(same(said[name]) != same(known.get(name, "")) for name, same in given.items())
