"""What is known of an act besides its body: whose it is, when it came and when it happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.models import Device, Person


@dataclass(frozen=True, slots=True)
class Arrival:
    """One opened envelope on its way into the tables."""

    id: UUID
    """The envelope's, and so the id of what it creates."""
    device: Device
    received_at: datetime
    happened_at: datetime
    """By the server's clock."""
    phone_said_at: datetime
    clock_off: timedelta = timedelta(0)
    """What must be added to a time of the phone's clock to have the server's."""
    starts_check_out: bool = True
    unlocked: bool = True
    no_session: bool = False
    decided: bool = False
    """A person at the desk had it applied."""
    flags: tuple[str, ...] = ()

    @property
    def person(self) -> Person:
        return self.device.person

    @property
    def is_hers(self) -> bool:
        """Whether it is known to be the cadre's: by her PIN on a confirmed phone, or by asking."""
        own = self.unlocked and not self.no_session and self.device.state == "active"
        return own or self.decided

    def flagged(self, more: tuple[str, ...] = ()) -> str:
        """Return all flags as a column holds them."""
        return listed((*self.flags, *more))


def listed(flags: tuple[str, ...], room: int = 400) -> str:
    """Join flags with commas; what does not fit is left out whole, and said so."""
    kept: list[str] = []
    for flag in dict.fromkeys(flags):
        if len(",".join([*kept, flag])) > room - len(",more"):
            return ",".join([*kept, "more"])
        kept.append(flag)
    return ",".join(kept)
