"""What posts, kinds of work and the numbers of the workload are called."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

LABELS = {
    "post": {
        "head": _p("post", "Head"),
        "complaints": _p("post", "Complaints officer"),
        "caseworker": _p("post", "Caseworker"),
        "psychologist": _p("post", "Psychologist or counsellor"),
        "legal": _p("post", "Legal companion"),
        "administration": _p("post", "Administration"),
        "driver": _p("post", "Driver"),
        "other": _p("post", "Other"),
    },
    "function": {
        "complaints": _p("function", "Complaints"),
        "outreach": _p("function", "Outreach to survivors"),
        "case_management": _p("function", "Case management"),
        "accompaniment": _p("function", "Accompaniment of survivors"),
    },
    "scope": {
        "reports": _p("scope", "Reports"),
        "survivors": _p("scope", "Survivors"),
        "partners": _p("scope", "Partners"),
        "files": _p("scope", "Files"),
    },
    "warned": {
        "related": _l("has stepped out of this one"),
        "away": _l("is away"),
        "leaving": _l("hands over"),
        "overloaded": _l("carries more than a year holds"),
    },
    "struck": {
        "wrong_case": _p("struck", "Wrong case"),
        "wrong_time": _p("struck", "Wrong time"),
        "twice": _p("struck", "Written twice"),
        "other": _p("struck", "Another mistake"),
    },
    "standard": {
        "work.screening": _l("Screening a report"),
        "work.cadre_visit": _l("A cadre's visit, with the way"),
        "work.cadre_report": _l("A cadre's report"),
        "workload.nearly_full": _l("Nearly full from"),
        "workload.minutes_a_year": _l("Effective minutes of a year"),
    },
    "mark": {
        "law": _p("mark", "law"),
        "local": _p("mark", "this district"),
        "ours": _p("mark", "our default"),
    },
    "unit": {
        "seconds": _p("unit", "seconds"),
        "minutes": _p("unit", "minutes"),
        "hours": _p("unit", "hours"),
        "days": _p("unit", "days"),
        "service_hours": _p("unit", "service hours"),
        "working_days": _p("unit", "working days"),
        "months": _p("unit", "months"),
        "o_clock": _p("unit", "o'clock"),
        "count": "×",
        "percent": "%",
    },
    "unmet": {
        "clocks_late": _l("First looks that came too late, the signal not to blame"),
        "deadlines_late": _l("Deadlines missed: police, protection, going to her; not by signal"),
        "given_without_room": _l("Cases given to somebody who had no room left"),
        "visits_unassigned": _l("Cases to which nobody was sent in time"),
        "on_call_hours": _l("Hours on call, both people"),
        "cadre_hours": _l("Unpaid hours of cadres"),
        "no_mou": _l("Referrals lost for want of an agreement"),
        "access": _l("Special needs that nobody could meet"),
    },
}
