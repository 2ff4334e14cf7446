"""The stages of a case: what it holds now, going on, and going back to assess again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.domain.case import Held, Stage, assessed_again, missing, moved
from app.domain.consent import Decision, Purpose, may_share, newest
from app.domain.errors import Invalid
from app.domain.fields import INDICATORS, UPTD_INDICATORS
from app.domain.visit import VisitState
from app.models import (
    Assessment,
    Case,
    CaseMove,
    Closing,
    FollowUp,
    PlanRow,
    Review,
    Visit,
    WorkEntry,
)
from app.services import attempts, case_scores, cases, consents, desks, service_referrals
from app.services.case_rows import records_of, rows_of
from app.services.rows import facts_of, write_facts
from app.services.sessions import Staff

_UNDER_WAY = (VisitState.STARTED, VisitState.ENDED)
_DECIDED = frozenset({Decision.YES, Decision.NO, Decision.WITHDRAWN})


def of(case: Case) -> Stage:
    """Return the stage of a case as the rules know it."""
    return Stage[case.stage.upper()]


def lacking(case: Case, *, now: datetime) -> tuple[str, ...]:
    """Return what this case must still hold before it leaves its stage."""
    return missing(of(case), held(case, now=now))


def move_on(case: Case, staff: Staff, *, now: datetime) -> None:
    """Go one stage on.

    :raises Invalid: `case.missing`, with the codes of what is missing.
    :raises Conflict: if there is no next one; closing has its own act.
    :raises NotAllowed: if somebody else accompanies her.
    """
    cases.must_be_own(case, staff)
    stage = of(case)
    if stage is Stage.TERMINATION:
        raise Invalid("case.missing", missing=("second_person",))
    if lacks := lacking(case, now=now):
        raise Invalid("case.missing", missing=lacks)
    _go(case, moved(stage, Stage(min(stage + 1, Stage.FOLLOW_UP))), "stage", staff, now)


def assess_again(case: Case, reason: str, staff: Staff, *, now: datetime) -> None:
    """Go back to assessment, with the reason in words; what was found before stays written.

    :raises Conflict: if the case is not past assessment, or at its end.
    """
    cases.must_be_own(case, staff)
    to = assessed_again(of(case), reason=reason)
    _go(case, to, "again", staff, now, texts={"again_reason": reason})


def set_told(case: Case, told: list[str], staff: Staff, *, now: datetime) -> None:
    """Note who has been told that the case is taken up."""
    cases.must_be_own(case, staff)
    write_facts(case, facts_of(case) | {"told": list(told)})
    cases.note(case, "told", staff, now)


def held(case: Case, *, now: datetime) -> Held:
    """Return everything that the rules about leaving a stage ask for."""
    report = case.referral.report
    found = Held(
        channel=bool(report.channel),
        clock=case.referral.clock_from is not None,
        told=bool(facts_of(case).get("told")),
        caseworker=case.caseworker_id is not None,
        work=sum(row.struck_at is None for row in rows_of(case, WorkEntry)),
        reached=attempts.reached(case) + _met(case),
        visits_running=sum(row.state in _UNDER_WAY for row in rows_of(case, Visit)),
        follow_ups_open=sum(row.state == "open" for row in rows_of(case, FollowUp)),
        partners_unscored=case_scores.unscored(case),
        **service_referrals.held(case, now=now),
    )
    since = _since(case)
    return replace(
        found,
        **_consent(case, now),
        **_assessed(case, since),
        **_planned(case),
        **_reviewed(case, since),
        **_closing(case),
    )


def _go(
    case: Case, to: Stage, act: str, staff: Staff, now: datetime, texts: dict | None = None
) -> None:
    was, case.stage = case.stage, to.code
    cases.note(case, act, staff, now, was=was, to=to.code, texts=texts)
    desks.look_again(case.district)


def _since(case: Case) -> datetime:
    """Since when findings count: the last time that it was assessed again or reopened."""
    again = (row.at for row in rows_of(case, CaseMove) if row.act in ("again", "reopened"))
    return max(again, default=case.opened_at)


def _met(case: Case) -> int:
    return sum(row.outcome == "met" for row in records_of(case))


def _consent(case: Case, now: datetime) -> dict:
    words, bases = consents.words_of(case), consents.bases_of(case)
    real = {
        purpose
        for purpose, word in newest(words).items()
        if word.decision is Decision.WITHDRAWN or (word.method and word.decision in _DECIDED)
    }
    return {
        "asked_record": bool(bases) or Purpose.RECORD in real,
        "asked_contact": bool(bases) or Purpose.CONTACT in real,
        "may_record": may_share(Purpose.RECORD, words, bases, now=now),
        "rights_read": any(
            facts_of(row).get("rights_read") == "yes" for row in consents.talks(case)
        ),
    }


def _assessed(case: Case, since: datetime) -> dict:
    row = cases.newest(Assessment, case)
    if row is None or row.at < since:
        return {}
    found = facts_of(row)
    return {
        "screening": tuple(found.get("screening", ())),
        "child_and_law_role": found.get("child_and_law_role"),
        "risk_judged": "risk" in found,
        "authority": found.get("authority"),
    }


def _planned(case: Case) -> dict:
    rows = rows_of(case, PlanRow)
    told = [(row, facts_of(row)) for row in rows if row.state != "dropped"]
    accepted = [row for row, facts in told if facts.get("plan_answer") == "accepts"]
    return {
        "rows": len(told),
        "rows_incomplete": sum(row.sealed is None for row, _facts in told),
        "rows_unanswered": sum("plan_answer" not in facts for _row, facts in told),
        "rows_accepted": len(accepted),
        "rows_unjudged": sum(row.state == "open" for row in accepted),
    }


def _reviewed(case: Case, since: datetime) -> dict:
    found: dict = {}
    for kind in ("monitoring", "evaluation"):
        row = cases.newest(Review, case, kind=kind)
        if row is not None and row.at >= since:
            found |= facts_of(row)
    signs = [one.name for one in (*INDICATORS, *UPTD_INDICATORS)]
    return {
        "service_level": found.get("service_level"),
        "satisfied": found.get("satisfied"),
        "indicators": sum(name in found for name in signs),
    }


def _closing(case: Case) -> dict:
    states = {row.state for row in rows_of(case, Closing)}
    return {
        "closing_asked": "asked" in states,
        "closing_approved": case.closed_at is not None,
    }
