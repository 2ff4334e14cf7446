"""Codes of a visit, and of a cadre's other acts (domain.md section 4)."""

PURPOSE = ("check_safety", "bring_information", "accompany", "monitor_service", "after_closing")
DECLINE_REASON = ("conflict", "unsafe", "not_available", "other")
END_HOW = ("done", "unsafe_stopped")
END_NEED = ("none", "call_me", "emergency")
OUTCOME = ("met", "not_met", "unsafe_stopped", "survivor_declined", "moved", "postponed")
STOP_REASON = ("person_came", "someone_listening", "family_present", "felt_unsafe")
NEW_VIOLENCE = ("yes", "no", "not_asked")
INJURY = ("needs_medical", "minor", "none")
YES_NO_NOT_ASKED_NONE = ("yes", "no", "not_asked", "none")
BARRIERS = (
    "transport",
    "cost",
    "fear",
    "forbidden",
    "distance",
    "no_service",
    "disability_access",
    "working_hours",
)
INDICATOR = ("not_yet", "partly", "yes", "not_asked")
NEXT = ("keep_schedule", "uptd_please_call", "raise_risk", "stop_visits")
WELLBEING = ("fine", "tired", "need_to_talk")

# Other acts, sync.md
CALL_WHEN = ("now", "today", "any")
CALL_NUMBER = ("mine", "other")
