"""Words of the desk for codes that are its own; words of the fields are in `app.words`."""

from __future__ import annotations

from flask_babel import gettext, pgettext
from flask_babel import lazy_pgettext as _p

from app.words import label, question, reason_label

from .forms import OPENING_REASONS


def said(field: str, answer) -> str:
    """Return an answer in words: one code, several, or nothing.

    The labels of a report speak with the cadre's voice; here the office speaks about her.
    """
    if not answer:
        return ""
    codes = [answer] if isinstance(answer, str) else answer
    return " · ".join(_office(field, code) for code in codes)


def asked(field: str) -> str:
    """Return what a question is called in a summary, in the voice of the office."""
    if field == "conflict":
        return pgettext("office", "The cadre's ties")
    return str(question(field).short)


def reason(code: str) -> str:
    """Return one reason of a proposed risk."""
    kind, _dot, sign = code.partition(".")
    return _office("danger_signs", sign) if kind == "sign" else str(reason_label(code))


def _office(field: str, code: str) -> str:
    return str(_OURS.get((field, code)) or label(field, code))


_OURS = {
    ("contact_via", "through_me"): _p("office", "Through the cadre first"),
    ("conflict", "family"): _p("office", "Her own family"),
    ("conflict", "close_neighbour"): _p("office", "Her close neighbours"),
    ("conflict", "afraid"): _p("office", "She is afraid of that person"),
    ("danger_signs", "cadre_fears"): _p("office", "The cadre fears for her life"),
}


def refused(code: str) -> str:
    """Return why something was not done."""
    words = {
        "consent.nothing": gettext("Choose an answer for at least one purpose."),
        "consent.withdrawn": gettext(
            "She has taken back that she is recorded. First a new decision of hers."
        ),
        "risk.lower": gettext("Only a caseworker or the head may lower a risk."),
        "risk.reason": gettext("A lower level needs a reason."),
        "plan.past": gettext("This day has passed."),
        "plan.settlement": gettext(
            "In this case nothing may be settled between the two: the law forbids it."
        ),
        "plan.settled": gettext("This row is at its end. Open it again first."),
        "field.ahead": gettext("This has not come yet."),
        "field.range": gettext("Give a number above zero."),
        "contact.number": gettext("She is to be called: her number is missing."),
        "field.missing": gettext("This is missing."),
        "entry.why": gettext("Choose why it is taken back."),
        "entry.stays": gettext("Only its writer takes an entry back, within a day."),
        "closing.asked": gettext("That was asked already."),
        "closing.settled": gettext("That was decided a moment ago."),
        "closing.too_early": gettext("This reason holds only after all stages were walked."),
        "closing.unreachable": gettext(
            "Three safe attempts over thirty days are needed, and none that reached her since."
        ),
        "closing.diversion": gettext("Only for a child suspect, as the court has decided."),
        "closing.visits": gettext("A visit is still open. Take it back or wait for its record."),
        "closing.check": gettext("For this reason more of the checklist must be done."),
        "closing.head_is_there": gettext("A head is there: the head decides."),
        "closing.wait": gettext("This waits for 24 hours, so that a head can be found."),
        "handover.safe_way": gettext("First a new safe way to reach her, then a successor."),
        "handover.open": gettext("Something still runs through this person."),
        "assign.reason": gettext("Something speaks against this person. Say why all the same."),
        "person.no_caseworker": gettext("Choose who accompanies her."),
        "transfer.stopped": gettext("She has taken her consent back. First a new yes of hers."),
        "transfer.method": gettext("A yes counts only when it is written or recorded."),
        "transfer.basis": gettext("Nothing in the report speaks for this basis."),
        "transfer.words": gettext("Say why, in a few words."),
        "transfer.district": gettext("Choose a district."),
        "transfer.inside": gettext("This district works here: choose it from the list."),
        "transfer.key": gettext("This is no key line."),
        "transfer.file": gettext("This file cannot be read here."),
        "transfer.first": gettext("The copy that this belongs to is not here. Read it first."),
        "transfer.no_key": gettext("Its key is not kept here. Call that office."),
        "transfer.nothing_later": gettext("Nothing has come since."),
        "transfer.twice": gettext("This file was read already."),
        "transfer.older": gettext("A newer file was read already: it says everything."),
        "transfer.forgotten": gettext(
            "The copy was deleted when its time was over. Call the office."
        ),
        "transfer.out": gettext("A copy of this case is out already."),
        "referral.caseworker": gettext(
            "This colleague accompanies the case. Give it to somebody else first."
        ),
        "related.back": gettext("They could read it again already."),
        "reason.words": gettext("Say in a few words why you open what another person accompanies."),
        "transfer.moved": gettext("That was decided a moment ago."),
        "clock.reason": gettext("Say why, in words."),
        "clock.ending": gettext("This clock cannot end so."),
        "clock.before": gettext("That lies before its start. Correct the start first."),
        "clock.law": gettext("A clock of the law does not stand still."),
        "clock.moved": gettext("Somebody else was first. This is how it stands now."),
        "clock.asked": gettext("That waits for a second person."),
        "clock.runs": gettext("A clock of this kind runs already."),
        "follow_up.settled": gettext("That was written down already."),
        "case.open": gettext("The case is open."),
        "case.closed": gettext("The case is closed."),
    }
    return words.get(code, gettext("This does not fit. Look at it once more."))


def opening_word(reason: str | None) -> str:
    """Return why something was opened."""
    return str(OPENING_REASONS.get(reason, ""))


def screening_word(code: str) -> str:
    """Return a kind of the screening in one or two words, to be read at a glance."""
    words = {
        "violence_against_woman": pgettext("screening", "Woman"),
        "violence_against_child": pgettext("screening", "Child"),
        "sexual_violence_adult_man": pgettext("screening", "Man, sexual"),
        "trafficking": pgettext("screening", "Trafficking"),
        "child_and_law": pgettext("screening", "Child and law"),
        "child_marriage": pgettext("screening", "Child marriage"),
        "out_of_scope": pgettext("screening", "Out of scope"),
    }
    return words[code]


def against_words(codes) -> str:
    """Return why a cadre does not fit for a visit."""
    words = {
        "no_phone": pgettext("against", "no confirmed phone"),
        "in_doubt": pgettext(
            "against", "two phones send as hers: call her first, then say that it is hers"
        ),
        "conflict": pgettext("against", "she has ties to them"),
        "must_not_know": pgettext("against", "other cadres must not know"),
        "other_village": pgettext("against", "another village"),
        "declined": pgettext("against", "declined before"),
        "full": pgettext("against", "has twenty visits"),
    }
    return " · ".join(words[code] for code in codes)


def alert_word(kind: str) -> str:
    """Return what an alert is about, without saying whom."""
    words = {
        "new_referral": pgettext("alert", "A new report"),
        "emergency": pgettext("alert", "An emergency"),
        "new_report_news": pgettext("alert", "News on a report"),
        "visit_declined": pgettext("alert", "A visit was declined"),
        "visit_recorded": pgettext("alert", "A visit was recorded"),
        "unsafe_stopped": pgettext("alert", "A visit was stopped, not safe"),
        "call_me": pgettext("alert", "A cadre asks to be called"),
        "cadre_tired": pgettext("alert", "A cadre is tired: ask her how she is"),
        "quarantine": pgettext("alert", "Something lies in quarantine"),
        "junk": pgettext("alert", "An ended or copied phone is sending"),
        "overdue_visit": pgettext("alert", "Somebody is not back in time"),
        "second_on_call": pgettext("alert", "Nobody has taken an emergency yet"),
        "head_called": pgettext("alert", "Nobody has taken an emergency yet"),
        "duty_given": pgettext("alert", "Duty is handed over to you"),
        "duty_changed": pgettext("alert", "The roster has changed for you"),
        "series_stopped": pgettext("alert", "A series of visits stopped"),
        "roster_gap": pgettext("alert", "Somebody is missing on call soon"),
        "case_given": pgettext("alert", "A case was given to you"),
        "clock_near": pgettext("alert", "A clock runs out soon"),
        "clock_late": pgettext("alert", "A clock has run out"),
        "transfer_answered": pgettext("alert", "Another district has answered"),
        "transfer_later": pgettext("alert", "Something came that the other district does not know"),
        "transfer_recall": pgettext("alert", "Call the other district: she took her consent back"),
        "clock_second": pgettext("alert", "The end of a clock waits for a second person"),
        "opened_by_other": pgettext("alert", "Somebody else opened your case"),
        "many_openings": pgettext("alert", "Somebody opened three times what is not theirs"),
        "openings_week": pgettext("alert", "This week colleagues opened what is not theirs"),
        "closing_asked": pgettext("alert", "A case waits for a second person"),
        "closing_refused": pgettext("alert", "Your case stays open"),
        "service_approval": pgettext("alert", "A service referral waits for approval"),
        "service_back": pgettext("alert", "A service referral was given back"),
        "forgotten_soon": pgettext("alert", "In a month this record is emptied: its time is over"),
        "partner_answered": pgettext("alert", "A partner has answered"),
        "service_late": pgettext("alert", "A partner has not answered in time"),
        "service_day": pgettext("alert", "Her day at a partner has passed: did she come?"),
        "recall_near": pgettext("alert", "A partner must soon be asked to stop"),
        "recall_late": pgettext("alert", "A partner was not asked to stop in time"),
        "visit_missed": pgettext("alert", "Nobody went to a visit in its time"),
        "see_her": pgettext("alert", "Nobody has seen her for longer than her risk allows"),
        "ask_way": pgettext("alert", "Ask her again how she is safely reached"),
        "plan_due": pgettext("alert", "A row of her plan is due today"),
        "follow_up_due": pgettext("alert", "Ask after her: the day has come"),
    }
    return words.get(kind, pgettext("alert", "Something new"))


def quarantine_word(reason: str) -> str:
    """Return why an act lies in quarantine."""
    more = {
        "junk": pgettext("quarantine", "From a phone that has ended or was copied"),
        "failed": pgettext("quarantine", "A fault of ours"),
    }
    return more.get(reason) or str(label("quarantine_reason", reason))


def act_word(act: str | None) -> str:
    """Return what kind of thing a phone sent."""
    words = {
        "report.create": pgettext("act", "A report"),
        "report.add": pgettext("act", "An addition to a report"),
        "consent.withdraw": pgettext("act", "She takes her consent back"),
        "contact.update": pgettext("act", "How the cadre is reached"),
        "call.me": pgettext("act", "Please call me"),
        "tally.add": pgettext("act", "A count"),
        "drill.record": pgettext("act", "Practice"),
        "alert.acknowledge": pgettext("act", "Alert seen"),
    }
    if act and act.startswith("visit."):
        return pgettext("act", "About a visit")
    return words.get(act or "", "")


def recall_words() -> str:
    """Return what she is told honestly when she takes her consent back (domain.md section 12)."""
    return pgettext(
        "recall",
        "From now on the UPTD stops sharing your data. The police and the hospital have records of"
        " their own; we ask them to stop, but cannot delete them.",
    )
