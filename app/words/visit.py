"""What the questions and answers of a visit are called."""

from flask_babel import lazy_gettext as _l
from flask_babel import lazy_pgettext as _p

from app.words.question import Question

QUESTIONS = {
    "purpose": Question(_l("What for?"), _l("Purpose")),
    "reason": Question(_l("Why not?"), _l("Reason"), _l("Nobody blames you.")),
    "planned_at": Question(_l("When will you leave?"), _l("Leaving at")),
    "still_agreed": Question(_l("Does she still agree to meet?"), _l("Still agrees")),
    "cover_ready": Question(_l("Is the reason for coming ready?"), _l("Reason ready")),
    "check_out_in": Question(_l("Back at what time?"), _l("Back at")),
    "reported_person_away": Question(
        _l("Is the person who is said to have done it away?"),
        _l("Person away"),
        _l("Not sure? Choose another place."),
    ),
    "companion": Question(_l("Does somebody know or come along?"), _l("Companion")),
    "companion_contact": Question(_l("Name or number of the companion"), _l("Companion's number")),
    "exit_known": Question(_l("Do you know the way out?"), _l("Way out")),
    "daylight": Question(_l("Is it still light then?"), _l("Daylight")),
    "signal_there": Question(_l("Is there signal there?"), _l("Signal there")),
    "how": Question(_l("How did it end?"), _l("End")),
    "need": Question(_l("Do you need something?"), _l("Need")),
    "outcome": Question(_l("How was the visit?"), _l("Outcome")),
    "stop_reason": Question(_l("Why did you stop?"), _l("Why stopped")),
    "alone_with_survivor": Question(_l("Were you alone with her?"), _l("Alone with her")),
    "new_violence": Question(_l("Has it happened again?"), _l("Happened again")),
    "injury": Question(_l("Is she hurt?"), _l("Hurt")),
    "children_safe": Question(_l("Are the children safe?"), _l("Children safe")),
    "basic_needs_met": Question(_l("Enough to eat and live?"), _l("Enough to live")),
    "services_reached": Question(_l("Which help has arrived?"), _l("Help that arrived")),
    "barriers": Question(_l("What is in the way?"), _l("In the way")),
    "protected": Question(_l("Is she protected?"), _l("Protected")),
    "feels_safe": Question(_l("Does she feel safe?"), _l("Feels safe")),
    "daily_life_recovering": Question(_l("Is daily life coming back?"), _l("Daily life")),
    "able_to_decide": Question(_l("Can she decide for herself?"), _l("Decides herself")),
    "ready_for_community": Question(_l("Ready to be among people again?"), _l("Among people")),
    "decent_living_in_shelter": Question(
        _l("Decent living in the shelter?"), _l("Decent living in the shelter")
    ),
    "clinically_recovered": Question(_l("Clinically recovered?"), _l("Clinically recovered")),
    "survivor_wish": Question(
        _l("What does she wish?"), _l("Her wish"), _l("In a few words. No names.")
    ),
    "next": Question(_l("What next?"), _l("Next")),
    "cadre_wellbeing": Question(_l("How are you yourself?"), _l("How you are")),
}

# The report asks by the same name where it happened.
IN_AN_ACT = {("visit.record", "place"): Question(_l("Where did you meet?"), _l("Where you met"))}

LABELS = {
    "purpose": {
        "check_safety": _l("See whether she is safe"),
        "bring_information": _l("Bring information"),
        "accompany": _l("Go along"),
        "monitor_service": _l("See whether help arrived"),
        "after_closing": _l("See how she is afterwards"),
    },
    "reason": {
        "conflict": _l("I know them too well"),
        "unsafe": _l("Not safe for me"),
        "not_available": _l("I have no time"),
        "other": _l("Something else"),
    },
    "still_agreed": {
        "yes": _l("Yes"),
        "no": _p("gate", "Not yet"),
        "unknown": _l("Not known yet"),
    },
    "cover_ready": {
        "yes": _p("gate", "Ready"),
        "no": _p("gate", "Not yet"),
        "unknown": _l("Not known yet"),
    },
    "reported_person_away": {
        "yes": _l("Yes"),
        "no": _l("No"),
        "unknown": _l("Not known yet"),
    },
    "companion": {
        "yes": _p("gate", "There is"),
        "no": _p("gate", "There is none"),
        "unknown": _l("Not known yet"),
    },
    "exit_known": {
        "yes": _p("gate", "Known"),
        "no": _p("gate", "Not yet"),
        "unknown": _l("Not known yet"),
    },
    "daylight": {
        "yes": _l("Yes"),
        "no": _l("No"),
        "unknown": _l("Not known yet"),
    },
    "signal_there": {
        "yes": _p("gate", "There is"),
        "no": _l("No"),
        "unknown": _l("Not known yet"),
    },
    "how": {
        "done": _l("Done"),
        "unsafe_stopped": _l("Not safe, stopped"),
    },
    "need": {
        "none": _l("No"),
        "call_me": _l("Please call me"),
        "emergency": _l("Help now"),
    },
    "outcome": {
        "met": _l("Met her"),
        "not_met": _l("Did not meet her"),
        "unsafe_stopped": _l("Not safe, stopped"),
        "survivor_declined": _l("She did not want to"),
        "moved": _l("She has moved"),
        "postponed": _l("Another day"),
    },
    "stop_reason": {
        "person_came": _l("The person came"),
        "someone_listening": _l("Somebody was listening"),
        "family_present": _l("The family was there"),
        "felt_unsafe": _l("It did not feel safe"),
    },
    "alone_with_survivor": {
        "yes": _l("Yes"),
        "no": _l("No"),
    },
    "new_violence": {
        "yes": _l("Yes"),
        "no": _l("No"),
        "not_asked": _l("Not asked"),
    },
    "injury": {
        "needs_medical": _l("Needs a doctor"),
        "minor": _l("A little"),
        "none": _p("amount", "None"),
    },
    "children_safe": {
        "yes": _l("Yes"),
        "no": _l("No"),
        "not_asked": _l("Not asked"),
        "none": _l("No children"),
    },
    "basic_needs_met": {
        "yes": _l("Yes"),
        "no": _l("No"),
        "not_asked": _l("Not asked"),
        "none": _l("None needed"),
    },
    "services_reached": {
        "medical": _l("Health"),
        "psychosocial": _l("Counselling"),
        "legal": _l("Legal help"),
        "social_rehabilitation": _l("Shelter, skills, aid"),
        "reintegration": _l("Back to family, school or work"),
        "transport": _l("Transport"),
        "religious_support": _l("Faith leader"),
    },
    "barriers": {
        "transport": _l("No transport"),
        "cost": _l("Cost"),
        "fear": _l("Fear"),
        "forbidden": _l("Forbidden"),
        "distance": _l("Too far"),
        "no_service": _l("No such help here"),
        "disability_access": _l("Hard to get in or understand"),
        "working_hours": _l("Opening hours do not fit"),
    },
    "next": {
        "keep_schedule": _l("Keep to the plan"),
        "uptd_please_call": _l("The UPTD should call"),
        "raise_risk": _l("It has become more dangerous"),
        "stop_visits": _l("No more visits"),
    },
    "cadre_wellbeing": {
        "fine": _l("Fine"),
        "tired": _l("Tired"),
        "need_to_talk": _l("I need to talk"),
    },
    "indicator": {
        "not_yet": _l("Not yet"),
        "partly": _p("indicator", "Partly"),
        "yes": _l("Yes"),
        "not_asked": _l("Not asked"),
    },
}
