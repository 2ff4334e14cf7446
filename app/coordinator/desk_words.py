"""Words of the desk for short codes of its own, one table a kind."""

from flask_babel import lazy_pgettext as _p

WORDS = {
    "referral step": {
        "see": _p("step", "Read by a person"),
        "screen": _p("step", "Screened"),
        "accept": _p("step", "Accepted"),
        "return": _p("step", "Cadre was asked"),
        "duplicate": _p("step", "Already reported"),
        "not_ours": _p("step", "Not for the UPTD"),
        "undo": _p("step", "Taken back"),
        "open": _p("step", "Opened by somebody else"),
        "close": _p("step", "Closed"),
        "reopen": _p("step", "Opened again"),
    },
    "case step": {
        "told": _p("case step", "Noted who was told"),
        "stage": _p("case step", "On to the next stage"),
        "again": _p("case step", "To be assessed again"),
        "risk": _p("case step", "Another level of risk"),
        "assign": _p("case step", "Given to a caseworker"),
        "handover": _p("case step", "Handed over to a successor"),
        "closing": _p("case step", "Closing was asked for"),
        "kept_open": _p("case step", "Stays open"),
        "closed": _p("case step", "Closed"),
        "reopened": _p("case step", "Opened again"),
    },
    "visit step": {
        "visit.accept": _p("visit step", "Accepted"),
        "visit.decline": _p("visit step", "Declined"),
        "visit.plan": _p("visit step", "Planned"),
        "visit.start": _p("visit step", "Left"),
        "visit.end": _p("visit step", "Came back"),
        "visit.record": _p("visit step", "Recorded"),
    },
    "clock": {
        "stop": _p("clock", "Recall after she took her consent back"),
        "plan": _p("clock", "A row of the plan"),
        "visit": _p("clock", "A visit"),
        "ask_way": _p("clock", "Ask about the safe way again"),
        "second_person": _p("clock", "A second person decides on closing"),
        "follow_up": _p("clock", "Ask after her"),
    },
    "call": {
        "asked": _p("call", "She asked to be called"),
        "unsafe_stopped": _p("call", "A visit was stopped because it was not safe"),
        "overdue_visit": _p("call", "Not back from a visit in time"),
        "quarantine": _p("call", "Something she sent could not be read"),
        "declined_visit": _p("call", "She declined a visit"),
    },
    "phone": {
        "active": _p("phone", "Active"),
        "silent": _p("phone", "Silent for 90 days"),
        "pending": _p("phone", "Waiting for the four digits"),
        "invited": _p("phone", "Invited"),
        "lost": _p("phone", "Ended, lost"),
        "none": _p("phone", "None"),
    },
    "number": {
        "police": _p("number", "Police"),
        "sapa": "SAPA",
        "ambulance": _p("number", "Ambulance"),
        "lpsk": "LPSK",
        "hotline": _p("number", "UPTD telephone"),
        "duty": _p("number", "UPTD officer on duty"),
        "midwife": _p("number", "Midwife"),
        "clinic": _p("number", "Clinic"),
        "fire": _p("number", "Fire service"),
    },
}


def word(of: str, code: str) -> str:
    """Return a code in words; one that has none is shown as it is."""
    return str(WORDS[of].get(code, code))
