"""What the questions about safe contact, and the cadre's own, are called."""

from flask_babel import lazy_gettext as _l

from app.words.question import Question

QUESTIONS = {
    "safe_contact": Question(_l("Meeting safely"), _l("Meeting safely")),
    "number": Question(_l("Telephone number"), _l("Telephone number")),
    "days": Question(_l("On which days?"), _l("Days")),
    "from": Question(_l("From what time?"), _l("From")),
    "to": Question(_l("Until what time?"), _l("Until")),
    "who_may_answer": Question(_l("Who else may answer?"), _l("May answer")),
    "code_word": Question(_l("Which word shows that it is safe?"), _l("Word")),
    "ask_for": Question(
        _l("Whom to ask for?"), _l("Ask for"), _l("For example: to see the midwife.")
    ),
    "cover_story": Question(_l("Reason for coming?"), _l("Reason for coming")),
    "message_ok": Question(_l("May we send her messages?"), _l("Messages")),
    "phone_shared": Question(_l("Is the phone used by others too?"), _l("Shared phone")),
    "unsafe_signals": Question(
        _l("What shows that it is not safe?"), _l("Signs that it is not safe")
    ),
    "meeting_place": Question(_l("Where to meet?"), _l("Where to meet")),
    "confirmed_at": Question(_l("When was this last asked?"), _l("Last asked")),
    "via": Question(_l("Call or WhatsApp?"), _l("By")),
    "opening": Question(_l("What shall we say first?"), _l("Opening sentence")),
    "second_number": Question(_l("A second number"), _l("Second number")),
    "word": Question(
        _l("A word so that we know it is you on the telephone"), _l("Your word on the telephone")
    ),
    "may_name_me": Question(
        _l("May the UPTD say your name to the one you help?"), _l("May name me")
    ),
    "when": Question(_l("When shall we call?"), _l("When")),
}

LABELS = {
    "number": {
        "mine": _l("My number"),
        "other": _l("Another number"),
    },
    "days": {
        "mon": _l("Monday"),
        "tue": _l("Tuesday"),
        "wed": _l("Wednesday"),
        "thu": _l("Thursday"),
        "fri": _l("Friday"),
        "sat": _l("Saturday"),
        "sun": _l("Sunday"),
    },
    "cover_story": {
        "posyandu": _l("Posyandu"),
        "pkk": _l("PKK"),
        "social_aid": _l("Social aid"),
        "family_planning": _l("Family planning"),
        "school": _l("School"),
        "arisan": _l("Arisan"),
        "village_work": _l("Village work"),
        "other": _l("Something else"),
    },
    "message_ok": {
        "yes": _l("Yes"),
        "no": _l("No"),
    },
    "phone_shared": {
        "yes": _l("Yes"),
        "no": _l("No"),
        "unknown": _l("Not known yet"),
    },
    "meeting_place": {
        "posyandu": _l("Posyandu"),
        "clinic": _l("Clinic"),
        "village_hall": _l("Village hall"),
        "school": _l("School"),
        "other_cadre_home": _l("Another cadre's home"),
        "survivor_home": _l("Her home"),
        "other": _l("Something else"),
    },
    "via": {
        "call": _l("Telephone"),
        "whatsapp": _l("WhatsApp"),
    },
    "may_name_me": {
        "yes": _l("Yes"),
        "no": _l("No"),
    },
    "when": {
        "now": _l("Now"),
        "today": _l("Today"),
        "any": _l("Any time"),
    },
}
