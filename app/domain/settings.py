"""Every limit and every clock, once: its value, its unit, who set it and where it is written.

A district may change what is *local* or *ours*; what is *law* nobody changes here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from app.domain.errors import Invalid, NotAllowed


class Mark(StrEnum):
    """Where a number comes from."""

    LAW = "law"  # a statute
    LOCAL = "local"  # one district's published standard
    OURS = "ours"  # our default


class Unit(StrEnum):
    """What a number counts."""

    SECONDS = "seconds"
    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    SERVICE_HOURS = "service_hours"
    WORKING_DAYS = "working_days"
    MONTHS = "months"
    PERCENT = "percent"
    O_CLOCK = "o_clock"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Setting:
    """One number."""

    value: int
    unit: Unit
    mark: Mark
    source: str

    @property
    def span(self) -> timedelta:
        """Return it as a length of calendar time."""
        return timedelta(**{self.unit.value: self.value})


_LAST_HOUR = 23
_S, _M, _H, _D = Unit.SECONDS, Unit.MINUTES, Unit.HOURS, Unit.DAYS
_OURS = "default of this project"
_STANDARD = "published service standard of a district's UPTD PPA"
_TPKS = "UU 12/2022 (sexual violence)"
_PKDRT = "UU 23/2004 (domestic violence)"
_PDP = "UU 27/2022 (personal data)"


def _ours(value: int, unit: Unit) -> Setting:
    return Setting(value, unit, Mark.OURS, _OURS)


def _local(value: int, unit: Unit) -> Setting:
    return Setting(value, unit, Mark.LOCAL, _STANDARD)


def _law(value: int, unit: Unit, source: str) -> Setting:
    return Setting(value, unit, Mark.LAW, source)


SETTINGS: Mapping[str, Setting] = {
    # answering a report
    "emergency.taken": _ours(15, _M),
    "emergency.second": _ours(15, _M),
    "emergency.head": _ours(30, _M),
    "high.seen": _ours(30, _M),
    "medium.first_response": _local(6, Unit.SERVICE_HOURS),
    "low.seen": _ours(24, Unit.SERVICE_HOURS),
    "low.followed_up": _local(3, Unit.WORKING_DAYS),
    "on_call.on_the_way": _ours(30, _M),
    "on_call.day_begins": _ours(7, Unit.O_CLOCK),
    "on_call.night_begins": _ours(19, Unit.O_CLOCK),
    "on_call.warn_before": _ours(14, _D),
    "on_call.warn_last": _ours(24, _H),
    "on_call.card_open": _ours(10, _M),
    # service hours
    "service.opens": _local(6, Unit.O_CLOCK),
    "service.closes": _local(21, Unit.O_CLOCK),
    # law
    "police.report": _law(72, _H, f"{_TPKS} art. 41"),
    "police.warn_first": _ours(24, _H),
    "police.warn_second": _ours(48, _H),
    "police.warn_last": _ours(66, _H),
    "protection.sexual.lasts": _law(14, _D, f"{_TPKS} art. 42"),
    "protection.sexual.ask_lpsk": _law(24, _H, f"{_TPKS} art. 43"),
    "protection.domestic.given": _law(24, _H, f"{_PKDRT} art. 16"),
    "protection.domestic.lasts": _law(7, _D, f"{_PKDRT} art. 16"),
    "protection.domestic.ask_court": _law(24, _H, f"{_PKDRT} art. 16"),
    "protection.warn_before": _ours(2, _D),
    "clock.warn_law": _ours(12, _H),
    "clock.warn_outreach": _ours(2, _H),
    "privacy.stop_after_withdrawal": _law(72, _H, f"{_PDP} art. 40"),
    "privacy.access": _law(72, _H, f"{_PDP} art. 32"),
    "privacy.correction": _law(72, _H, f"{_PDP} art. 30"),
    "privacy.breach_notice": _law(72, _H, f"{_PDP} art. 46"),
    # outreach and follow-up visits
    "outreach.high": _ours(0, _D),
    "outreach.medium": _ours(24, _H),
    "outreach.low": _ours(3, Unit.WORKING_DAYS),
    "visit.high.opens": _ours(24, _H),
    "visit.high.due": _ours(48, _H),
    "visit.medium.due": _ours(7, _D),
    "visit.low.due": _ours(14, _D),
    "visit.details_before": _ours(48, _H),
    "visit.most_open": _ours(20, Unit.COUNT),
    # check-out of a visit
    "check_out.nudge": _ours(15, _M),
    "check_out.call": _ours(30, _M),
    "check_out.head": _ours(60, _M),
    "check_out.stopped_call": _ours(15, _M),
    "check_out.offset_most": _ours(24, _H),
    # closing and after
    "unreachable.attempts": _ours(3, Unit.COUNT),
    "unreachable.days": _ours(30, _D),
    "follow_up.first": _ours(1, Unit.MONTHS),
    "follow_up.second": _ours(3, Unit.MONTHS),
    "follow_up.third": _ours(6, Unit.MONTHS),
    "duplicate.undo": _ours(30, _D),
    "duplicate.status_delay": _ours(24, _H),
    "transfer.answer": _ours(3, _D),
    "second_person.waits": _ours(24, _H),
    # what a piece of work should take
    "work.interview": _ours(60, _M),
    "work.assessment": _ours(90, _M),
    "work.outreach": _ours(180, _M),
    "work.counselling": _ours(60, _M),
    "work.accompany_medical": _ours(180, _M),
    "work.accompany_police": _ours(240, _M),
    "work.accompany_court": _ours(300, _M),
    "work.accompany_other": _ours(120, _M),
    "work.coordination": _ours(30, _M),
    "work.case_meeting": _ours(60, _M),
    "work.contact": _ours(15, _M),
    "work.monitoring": _ours(45, _M),
    "work.documentation": _ours(30, _M),
    "work.travel": _ours(60, _M),
    "work.screening": _ours(30, _M),
    "work.cadre_visit": _ours(120, _M),
    "work.cadre_report": _ours(15, _M),
    "work.taken_back_within": _ours(24, _H),
    # how often each kind of work is done in a stage of a case
    "need.intake.interview": _ours(1, Unit.COUNT),
    "need.intake.documentation": _ours(1, Unit.COUNT),
    "need.engagement.interview": _ours(1, Unit.COUNT),
    "need.engagement.documentation": _ours(1, Unit.COUNT),
    "need.assessment.assessment": _ours(1, Unit.COUNT),
    "need.assessment.documentation": _ours(1, Unit.COUNT),
    "need.planning.case_meeting": _ours(1, Unit.COUNT),
    "need.planning.documentation": _ours(1, Unit.COUNT),
    "need.intervention.counselling": _ours(4, Unit.COUNT),
    "need.intervention.accompany_other": _ours(2, Unit.COUNT),
    "need.intervention.coordination": _ours(4, Unit.COUNT),
    "need.intervention.contact": _ours(4, Unit.COUNT),
    "need.intervention.travel": _ours(4, Unit.COUNT),
    "need.monitoring.monitoring": _ours(3, Unit.COUNT),
    "need.monitoring.contact": _ours(3, Unit.COUNT),
    "need.evaluation.monitoring": _ours(1, Unit.COUNT),
    "need.evaluation.documentation": _ours(1, Unit.COUNT),
    "need.termination.interview": _ours(1, Unit.COUNT),
    "need.termination.documentation": _ours(1, Unit.COUNT),
    "need.follow_up.contact": _ours(3, Unit.COUNT),
    # the phone
    "waiting_envelope.other": _ours(6, _H),
    "waiting_envelope.high": _ours(1, _H),
    "lease.hours": _ours(24, _H),
    "lease.after_due": _ours(24, _H),
    "lease.most": _ours(168, _H),
    "lock.received": _ours(60, _S),
    "lock.report": _ours(180, _S),
    "outbox.kept": _ours(14, _D),
    "states.kept": _ours(30, _D),
    "contact.confirm_again": _ours(7, _D),
    "cadre_contact.confirm_again": _ours(90, _D),
    "invite.lasts": _ours(72, _H),
    "invite.by_telephone_lasts": _ours(24, _H),
    "invite.answers_again": _ours(72, _H),
    "invite.wrong_codes": _ours(20, Unit.COUNT),
    "invite.wrong_codes_within": _ours(60, _M),
    "unlock.most_wrong": _ours(10, Unit.COUNT),
    "unlock.right_takes_off": _ours(5, Unit.COUNT),
    "unlock.most_wrong_in_window": _ours(30, Unit.COUNT),
    "unlock.window": _ours(30, _D),
    "unlock.told_again": _ours(10, _M),
    "session.lasts": _ours(400, _D),
    "tally.within": _ours(7, _D),
    "offset.most": _ours(400, _D),
    "orphan.seen_after": _ours(1, _H),
    "junk.alert_every": _ours(15, _M),
    # alerts
    "push.departs_within": _ours(120, _S),
    "push.worth_urgent": _ours(24, _H),
    "push.worth": _ours(7, _D),
    "alerts.failing_after": _ours(3, Unit.COUNT),
    "phone.silent_after": _ours(35, _D),
    # A month, and the days that one forgets: the cover reminds after 30.
    "practice.counts_for": _ours(35, _D),
    # retention
    "retention.inbox_bytes": _ours(30, _D),
    "retention.out_of_scope": _ours(365, _D),
    "retention.closed": _ours(1826, _D),
    "retention.trail": _ours(2557, _D),
    "retention.push_log": _ours(30, _D),
    # partners, workload, numbers
    "service.reply": _ours(3, Unit.WORKING_DAYS),
    "service.reply_urgent": _ours(2, _H),
    "medical.rape": Setting(72, _H, Mark.OURS, "WHO, clinical handbook: prevention within 72 h"),
    "partner_link.lasts": _ours(7, _D),
    "partner.check_again": _ours(180, _D),
    "mou.warn_first": _ours(90, _D),
    "mou.warn_last": _ours(30, _D),
    "workload.nearly_full": _ours(80, Unit.PERCENT),
    "workload.minutes_a_year": _law(75_000, _M, "Permenpan RB 1/2020 (effective working time)"),
    "statistics.office_least": _ours(5, Unit.COUNT),
    "statistics.public_least": _ours(10, Unit.COUNT),
}

ON_PHONE = frozenset({"lock.received", "lock.report", "outbox.kept", "tally.within"})
"""What the phone alone reads: it has them built in (`static/cadre/schedule.js`)."""


def changed(
    settings: Mapping[str, Setting],
    values: Mapping[str, int],
    sources: Mapping[str, str | None] | None = None,
) -> dict[str, Setting]:
    """Return the settings of a district that has its own numbers, each with where it is written.

    :raises Invalid: if there is no such setting the number is below zero, or no hour of a day.
    :raises NotAllowed: if the number is law.
    """
    result = dict(settings)
    for name, value in values.items():
        if name not in settings or isinstance(value, bool) or value < 0:
            raise Invalid("setting.unknown" if name not in settings else "setting.value", name=name)
        if settings[name].mark is Mark.LAW:
            raise NotAllowed("setting.law", name=name)
        if settings[name].unit is Unit.O_CLOCK and value > _LAST_HOUR:
            raise Invalid("setting.value", name=name)
        source = (sources or {}).get(name) or "this district"
        result[name] = replace(settings[name], value=value, mark=Mark.LOCAL, source=source)
    return result
