"""The guide on the phone: may and may not, how to listen, rights, and what to say to whom."""

from flask_babel import lazy_gettext as _l

from app.words import label

GUIDE = (
    (
        _l("What you may do"),
        (
            _l("Listen, and be there."),
            _l("Report to the UPTD, straight away."),
            _l("Give her the numbers to call."),
            _l("Decline a visit. Nobody blames you."),
        ),
    ),
    (
        _l("What you may not do"),
        (
            _l("Do not investigate, do not collect evidence."),
            _l("Do not reconcile them."),
            _l("Do not take photos, do not record."),
            _l("Do not tell anybody names or places."),
        ),
    ),
    (
        _l("How to listen"),
        (
            _l("Find a place where nobody hears you."),
            _l("Let her tell it herself. Do not question."),
            _l("Say: “I believe you. It is not your fault.”"),
            _l("Do not ask a child what happened. Just report."),
        ),
    ),
    (
        _l("Her rights"),
        (
            _l("She may say no, and stop at any time."),
            _l("She chooses who helps her."),
            _l("Treatment, legal help and a safe place: ask the UPTD."),
        ),
    ),
    (_l("When an official asks"), (label("said", "to_official"),)),
    (_l("When somebody sends photos"), (label("said", "photos"),)),
    (
        _l("When her husband asks"),
        (
            _l("Say: “I came about the posyandu.”"),
            _l("Do not argue. Leave when it is not safe."),
        ),
    ),
    (
        _l("Numbers"),
        (
            _l("Police 110 · Ambulance 119"),
            _l("SAPA 129, WhatsApp 08111\u2011129\u2011129"),
            _l("LPSK 148: protection of witnesses and survivors"),
        ),
    ),
)
