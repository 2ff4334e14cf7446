"""Sentences that a cadre reads as they stand (domain.md section 12)."""

from flask_babel import lazy_gettext as _l

LABELS = {
    "report_status": {
        "received": _l("Sent"),
        "seen": _l("Read by an officer"),
        "in_care": _l("Being looked after"),
        "moved_on": _l("Passed on to another service"),
        "closed": _l("Finished"),
        "please_call": _l("Please call the UPTD"),
    },
    "do_now": {
        "suicidal": _l("Do not leave her alone. Call 119."),
        "strangled": _l(
            "Strangling is dangerous even without marks. Go to the clinic or hospital today. "
            "Short of breath, hoarse, hard to swallow, unconscious: call 119."
        ),
        "sexual_72h": _l(
            "The hospital can give protective medicine if she comes within 72 hours. She may "
            "choose. Do not ask for details."
        ),
        "wedding_planned": _l("Do not reproach the family. An officer will come."),
        "stay_away": _l("Do not go to the person who is said to have done it."),
        "call_110": _l("If it gets worse, call 110."),
    },
    "warning": {
        "nik": _l("This looks like an identity number. Please leave it out."),
        "phone": _l("This looks like a telephone number. Please leave it out."),
        "address": _l("This looks like an address. Please leave it out."),
        "gps": _l("This looks like a position on the map. Please leave it out."),
        "birth_date": _l("This looks like a birth date. Please leave it out."),
        "full_name": _l("This looks like a full name. Please leave it out."),
    },
    "said": {
        "no_overridden": _l("A life is in danger, so the officers must be told. No name is given."),
        "sealed": _l("Locked. Only UPTD officers can read it."),
        "no_details": _l(
            "We do not send details, for the survivor's safety. Thank you, this report is read "
            "by people."
        ),
        "recall": _l(
            "The UPTD stops sharing your data from now on. Police and hospital have records of "
            "their own; we ask them to stop, but cannot delete them."
        ),
        "to_official": _l(
            "Sorry, names and places may not be told, for people's safety. Numbers and "
            "programmes: please ask the head of the UPTD."
        ),
        "photos": _l("Do not keep them, do not pass them on. Let her keep them."),
        "forgot_pin": _l(
            "You can still report. Ask for a new code by telephoning the office. Reports not "
            "yet sent are safe."
        ),
    },
}
