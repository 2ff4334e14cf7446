"""When something is due. Counted from server receipt or from when a person told us, never from a
phone's clock; every number comes from the settings."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from app.domain.risk import Risk
from app.domain.settings import SETTINGS, Setting

Settings = Mapping[str, Setting]
_DAY = timedelta(days=1)
_LAST_WORKING_WEEKDAY = 4  # Friday
_SEARCHED = 400  # days; a calendar with more holidays in a row than this is a mistake


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """When the office answers: the same hours every day of the week, but on no holiday."""

    zone: tzinfo = ZoneInfo("Asia/Jakarta")
    opens: time = time(SETTINGS["service.opens"].value)
    closes: time = time(SETTINGS["service.closes"].value)
    holidays: frozenset[date] = frozenset()

    def after(self, moment: datetime, span: timedelta) -> datetime:
        """Return when this much service time has passed since the moment, in UTC."""
        left = span
        day = moment.astimezone(self.zone).date()
        for _ in range(_SEARCHED):
            start = max(moment, self._at(day, self.opens))
            end = self._at(day, self.closes)
            if day not in self.holidays and start < end:
                if start + left <= end:
                    return (start + left).astimezone(UTC)
                left -= end - start
            day += _DAY
        raise ValueError("no service hours in sight")

    def working_days_after(self, moment: datetime, days: int) -> datetime:
        """Return the end of service on the n-th working day after the moment's own day, in UTC."""
        day = moment.astimezone(self.zone).date()
        while days:
            day += _DAY
            if self.is_working_day(day):
                days -= 1
        return self._at(day, self.closes).astimezone(UTC)

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices work: Monday to Friday, no holiday."""
        return day.weekday() <= _LAST_WORKING_WEEKDAY and day not in self.holidays

    def end_of(self, moment: datetime) -> datetime:
        """Return the midnight that ends the moment's day, in UTC."""
        day = moment.astimezone(self.zone).date()
        return self._at(day + _DAY, time(0)).astimezone(UTC)

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.zone)


JAKARTA = ServiceHours()


def answer_limit(risk: Risk | str, emergency: bool) -> str:
    """Return the name of the limit within which a report must be answered."""
    if emergency:
        return "emergency.taken"
    names = {Risk.HIGH: "high.seen", Risk.MEDIUM: "medium.first_response", Risk.LOW: "low.seen"}
    return names[Risk(risk)]


def answer_due(
    risk: Risk,
    received_at: datetime,
    *,
    emergency: bool = False,
    hours: ServiceHours = JAKARTA,
    settings: Settings = SETTINGS,
) -> datetime:
    """Return when the district must have answered: what the queue is sorted by.

    Counted from when the server received the report, not from when the cadre wrote it: a phone
    that was offline for a week must not start overdue.
    """
    limit = settings[answer_limit(risk, emergency)]
    if emergency or risk is Risk.HIGH:
        return received_at + limit.span
    return hours.after(received_at, timedelta(hours=limit.value))


def followed_up_due(
    received_at: datetime, *, hours: ServiceHours = JAKARTA, settings: Settings = SETTINGS
) -> datetime:
    """Return when a low report must have been followed up."""
    return hours.working_days_after(received_at, settings["low.followed_up"].value)


def outreach_due(
    risk: Risk,
    received_at: datetime,
    *,
    hours: ServiceHours = JAKARTA,
    settings: Settings = SETTINGS,
) -> datetime:
    """Return when somebody must have gone there after a remote report."""
    if risk is Risk.HIGH:
        return hours.end_of(received_at)
    if risk is Risk.MEDIUM:
        return received_at + settings["outreach.medium"].span
    return hours.working_days_after(received_at, settings["outreach.low"].value)


@dataclass(frozen=True, slots=True)
class Escalation:
    """Who is called when nobody has taken an emergency or looked at a high report."""

    tell_cadre_at: datetime
    second_at: datetime
    head_at: datetime


def escalation(
    received_at: datetime, *, emergency: bool, settings: Settings = SETTINGS
) -> Escalation:
    """Return when second on call, head and cadre hear that nobody has read it.

    An emergency starts at once, a high report when its time for being seen has passed. The cadre
    hears when the time to come has passed, whatever a district's own steps are.
    """
    start = received_at
    if not emergency:
        start += settings["high.seen"].span - settings["emergency.second"].span
    patience = settings["emergency.taken" if emergency else "high.seen"].span
    return Escalation(
        received_at + patience,
        start + settings["emergency.second"].span,
        start + settings["emergency.head"].span,
    )


@dataclass(frozen=True, slots=True)
class PoliceClock:
    """3 x 24 h to the police since the survivor reports (UU 12/2022 art. 41).

    An estimate until a person has confirmed or corrected its start with a reason.
    """

    starts_at: datetime
    is_estimate: bool
    warnings: tuple[datetime, ...]
    due_at: datetime


def police_clock(
    starts_at: datetime, *, confirmed: bool, settings: Settings = SETTINGS
) -> PoliceClock:
    """Return the clock that a report of sexual violence or child marriage starts."""
    warn = ("police.warn_first", "police.warn_second", "police.warn_last")
    return PoliceClock(
        starts_at,
        not confirmed,
        tuple(starts_at + settings[name].span for name in warn),
        starts_at + settings["police.report"].span,
    )


@dataclass(frozen=True, slots=True)
class Protection:
    """Police protection: by when to be given (if police must), to be prolonged, and its end."""

    given_due_at: datetime | None
    ask_due_at: datetime
    warn_at: datetime
    ends_at: datetime


def protection(since: datetime, *, sexual: bool, settings: Settings = SETTINGS) -> Protection:
    """Return the clocks of police protection: UU 12/2022 art. 42-43 or UU 23/2004 art. 16.

    For sexual violence police may protect for 14 days and LPSK is asked within a day; for domestic
    violence police must within a day, for 7 days, and the court is asked within a day.
    """
    kind = "sexual" if sexual else "domestic"
    ask = "ask_lpsk" if sexual else "ask_court"
    ends_at = since + settings[f"protection.{kind}.lasts"].span
    return Protection(
        None if sexual else since + settings["protection.domestic.given"].span,
        since + settings[f"protection.{kind}.{ask}"].span,
        ends_at - settings["protection.warn_before"].span,
        ends_at,
    )


def privacy_due(what: str, since: datetime, settings: Settings = SETTINGS) -> datetime:
    """Return the end of one of the 3 x 24 h clocks of UU 27/2022.

    `what` is `stop_after_withdrawal`, `access`, `correction` or `breach_notice`.
    """
    return since + settings[f"privacy.{what}"].span


def visit_window(
    risk: Risk, now: datetime, settings: Settings = SETTINGS
) -> tuple[datetime, datetime]:
    """Return `(opens_at, due_at)` that a follow-up visit is proposed with."""
    opens_at = now + settings["visit.high.opens"].span if risk is Risk.HIGH else now
    return opens_at, now + settings[f"visit.{risk}.due"].span


def months_after(moment: datetime, months: int) -> datetime:
    """Return the same day and hour so many months later; a day that is not there gives its last."""
    years, month = divmod(moment.month - 1 + months, 12)
    year, month = moment.year + years, month + 1
    return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Happened:
    """When an act took place by the server's clock, and what is odd about the phone's."""

    at: datetime
    flags: tuple[str, ...] = ()

    @property
    def starts_check_out(self) -> bool:
        """Tell whether a check-out clock may be started from it."""
        return "offset.long" not in self.flags and "offset.absurd" not in self.flags


def happened(
    received_at: datetime,
    device_now: datetime,
    device_at: datetime,
    settings: Settings = SETTINGS,
) -> Happened:
    """Return `received - (device_now - at)`: only a difference of the phone's own clock is used."""
    offset = device_now - device_at
    if offset < timedelta(0):
        return Happened(received_at, ("offset.negative",))
    if offset > settings["offset.most"].span:
        return Happened(received_at, ("offset.absurd",))
    flags = ("offset.long",) if offset > settings["check_out.offset_most"].span else ()
    return Happened(received_at - offset, flags)
