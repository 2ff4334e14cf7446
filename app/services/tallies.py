"""Anonymous counts: something happened in a village in a month; an adult said no; no more."""

from __future__ import annotations

from uuid import uuid4

from app.db import db
from app.domain.errors import Invalid
from app.domain.fields import Parsed
from app.models import Area, Tally


def count(parsed: Parsed, district: str) -> Tally:
    """Add one. Its id is fresh: nothing leads from it to an envelope, a phone or a cadre.

    :raises Invalid: if its village is none that this server knows.
    """
    village = parsed.facts["village"]
    if db.session.get(Area, village) is None:
        raise Invalid("tally.village")
    tally = Tally(
        id=uuid4(),
        district=district,
        village=village,
        month=parsed.facts["month"],
        violence=",".join(parsed.facts["violence"]),
    )
    db.session.add(tally)
    return tally
