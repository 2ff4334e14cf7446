"""Anonymous counts: something happened in a village in a month; an adult said no; no more."""

from __future__ import annotations

from uuid import uuid4

from app.db import db
from app.domain.errors import Invalid
from app.domain.fields import Parsed
from app.models import Area, Tally
from app.services.arrival import Arrival


def count(parsed: Parsed, arrival: Arrival) -> Tally:
    """Add one. Its id is fresh: nothing leads from it to an envelope, a phone or a cadre.

    The month is the one in which it was sealed, by the server's clock; hers may say any year.

    :raises Invalid: if its village is none that this server knows.
    """
    village = parsed.facts["village"]
    if db.session.get(Area, village) is None:
        raise Invalid("tally.village")
    tally = Tally(
        id=uuid4(),
        district=arrival.device.district,
        village=village,
        month=_month(parsed, arrival),
        violence=",".join(parsed.facts["violence"]),
    )
    db.session.add(tally)
    return tally


def _month(parsed: Parsed, arrival: Arrival) -> str:
    if arrival.decided:
        return parsed.facts["month"]
    return f"{arrival.happened_at.astimezone(arrival.phone_said_at.tzinfo):%Y-%m}"
