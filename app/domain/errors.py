"""The four ways in which the work is refused; what they look like to a caller is `app.errors`."""


class Refusal(Exception):
    """Something that a caller asked for and that will not be done.

    `code` is short and stable, `details` hold names of fields, ids and codes: never a value that
    somebody typed. Neither `str` nor `repr` shows the details.
    """

    def __init__(self, code: str, **details: object) -> None:
        super().__init__(code)
        self.code = code
        self.details = details


class Invalid(Refusal):
    """What was given cannot be read or breaks a rule of the form."""


class NotAllowed(Refusal):
    """This person may not do this; to the outside it looks like `Missing`."""


class Missing(Refusal):
    """There is no such thing, or none that this person may know of."""


class Conflict(Refusal):
    """It could be done, but not from the state in which the thing is now."""
