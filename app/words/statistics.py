"""What the sums and tables of the statistics are called."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

LABELS = {
    "total": {
        "reports": _p("total", "Reports"),
        "survivors": _p("total", "Survivors"),
        "cases": _p("total", "Cases in care"),
        "services": _p("total", "Services given"),
        "visits": _p("total", "Visits recorded"),
        "closed": _p("total", "Cases closed"),
        "emergencies": _p("total", "Emergencies"),
        "asked": _p("total", "Asked of partners"),
        "partner_accepted": _p("total", "Accepted by partners"),
        "partner_refused": _p("total", "Refused by partners"),
        "without_mou": _p("total", "Sent without an agreement"),
        "unmet": _p("total", "Needs that nobody could meet"),
    },
    "first_look": {
        "kept": _p("clock", "In time"),
        "late_signal": _p("clock", "In time, but it had waited for signal on the phone"),
        "late": _p("clock", "Too late"),
        "open": _p("clock", "Not looked at yet"),
    },
    **dict.fromkeys(
        ("clock_police", "clock_law", "clock_ours"),
        {
            "kept": _p("clock", "In time"),
            "late_signal": _p("clock", "Too late, but only because of signal"),
            "late": _p("clock", "Too late"),
            "open": _p("clock", "Not ended yet"),
        },
    ),
    "access_service": {
        "fits": _l("The partner offers what she needs"),
        "lacks": _l("The partner lacks some of it"),
        "nobody": _l("Nobody near offers it"),
    },
    "table": {
        "first_look": _l("First look at a report"),
        "clock_police": _l("Police told within 3 × 24 hours"),
        "clock_law": _l("Other clocks of the law"),
        "clock_ours": _l("Somebody went there in time"),
        "violence": _l("What happened"),
        "survivor_sex": _l("Who"),
        "survivor_age": _l("Age"),
        "place": _l("Place"),
        "occupation": _l("Work"),
        "needs": _l("What was needed"),
        "access_needs": _l("Special needs"),
        "risk": _l("Risk"),
        "channel": _l("How it reached us"),
        "subdistrict": _l("Subdistrict"),
        "last_happened": _l("When it last happened"),
        "service": _l("Services given, by kind"),
        "access_service": _l("Special needs: what partners were asked"),
        "unmet_why": _l("What nobody could give"),
        "visit_end": _l("How visits ended"),
        "closing": _l("Why cases were closed"),
        "recovery_yes": _l("Signs of recovery at closing: yes"),
        "recovery_partly": _l("Signs of recovery at closing: partly"),
        "recovery_not_yet": _l("Signs of recovery at closing: not yet"),
    },
    "tier": {
        "staff": _l("For the office itself: exact"),
        "office": _l("For the regent, offices and the council"),
        "public": _l("For everybody"),
    },
}
UNKNOWN = _l("Not known yet")
"""For a question that a report left open."""
