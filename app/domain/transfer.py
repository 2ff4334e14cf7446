"""A referral for another district: on what it may be sent, what goes along, how it is answered."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.consent import COUNTING_METHODS, Basis
from app.domain.errors import Conflict, Invalid
from app.domain.fields import ACTS
from app.domain.referral import ReferralState


class TransferState(StrEnum):
    """Where a transfer stands."""

    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    EXPIRED = "expired"
    TAKEN_BACK = "taken_back"


_T = TransferState
MOVES: Mapping[TransferState, frozenset[TransferState]] = {
    _T.SENT: frozenset({_T.ACCEPTED, _T.REFUSED, _T.EXPIRED, _T.TAKEN_BACK}),
    **{state: frozenset() for state in (_T.ACCEPTED, _T.REFUSED, _T.EXPIRED, _T.TAKEN_BACK)},
}
# After these the copy is emptied there, and the referral waits here again.
BACK = frozenset({_T.REFUSED, _T.EXPIRED, _T.TAKEN_BACK})
# While it is out, the other district has something of hers.
OUT = frozenset({_T.SENT, _T.ACCEPTED})
REFUSAL = ("not_our_area", "moved_again", "known_here", "other")
CONSENT = "consent"
BASES = (CONSENT, *Basis)
# What is still in the queue goes away from here at once. Care goes on here until the case is closed
# as *handed over*, with its checklist and second person: nobody falls between two districts.
IN_CARE = ReferralState.ACCEPTED
FROM = frozenset({ReferralState.SEEN, ReferralState.SCREENED, ReferralState.RETURNED, IN_CARE})
_LEAST_WORDS = 8
_FIELDS = frozenset(one.name for one in ACTS["report.create"]) - {"incomplete", "picture"}
_KID = re.compile(r"intake\.(\d\d\.\d\d)\.\d{1,4}")


def moved(state: TransferState | str, to: TransferState) -> TransferState:
    """Return the new state.

    :raises Conflict: if it was answered, or its time is over.
    """
    if to not in MOVES[TransferState(state)]:
        raise Conflict("transfer.moved", state=str(state), to=str(to))
    return to


@dataclass(frozen=True, slots=True)
class Ground:
    """On what a copy goes out: her consent with its method, or a basis that a person judged."""

    basis: str
    method: str = ""
    words: str = ""

    def must_hold(self, *, child: bool, grave: bool, stopped: Iterable[str]) -> None:
        """Check that something may go out on this.

        Consent counts when written or recorded (UU 27/2022 art. 22), and not after she has taken it
        back; a basis without it is a person's judgement, with words.

        :raises Invalid: with the name of the field that does not hold.
        """
        if self.basis not in BASES:
            raise Invalid("field.missing", field="basis")
        if self.basis == CONSENT:
            if set(stopped):
                raise Invalid("transfer.stopped", field="basis")
            if self.method not in COUNTING_METHODS:
                raise Invalid("transfer.method", field="method")
            return
        if (self.basis == Basis.CHILD and not child) or (
            self.basis == Basis.LIFE_IN_DANGER and not grave
        ):
            raise Invalid("transfer.basis", field="basis")
        if len(self.words.strip()) < _LEAST_WORDS:
            raise Invalid("transfer.words", field="words")


def what_goes(answers: Mapping[str, object], ground: Ground) -> dict[str, object]:
    """Return the answers that a copy carries: of the report only, never of who reported.

    A yes that she gave for this stands over what the cadre had heard. What rule 4 forbids is taken
    out where it is read (`parse`), whoever had written it.
    """
    body = {name: value for name, value in answers.items() if name in _FIELDS}
    body.pop("conflict", None)  # Says who the cadre is to them.
    body.pop("source", None)
    if ground.basis == CONSENT and not body.get("child_wish"):
        body["consent"] = "yes"
    return body | {"conflict": "none", "source": "other"}


def read_key(line: str) -> tuple[str, str, str]:
    """Return `(district, kid, point)` of the line by which another office tells its key.

    :raises Invalid: if it is none.
    """
    kid, _space, told = " ".join(line.split()).partition(" ")
    named = _KID.fullmatch(kid)
    if named is None or not told or " " in told:
        raise Invalid("transfer.key", field="key")
    return named[1], kid, told
