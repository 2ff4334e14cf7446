"""A referral in the district's queue: its states, its moves, and what the cadre sees of them."""

from enum import StrEnum

from app.domain.errors import Conflict


class ReferralState(StrEnum):
    """Where a referral stands."""

    RECEIVED = "received"
    SEEN = "seen"
    SCREENED = "screened"
    ACCEPTED = "accepted"
    CLOSED = "closed"
    DUPLICATE = "duplicate"
    NOT_OURS = "not_ours"
    TRANSFERRED = "transferred"
    RETURNED = "returned"


_S = ReferralState
_SIDE = frozenset({_S.DUPLICATE, _S.NOT_OURS, _S.TRANSFERRED, _S.RETURNED})

MOVES: dict[ReferralState, frozenset[ReferralState]] = {
    # Nothing is decided about what nobody has read.
    _S.RECEIVED: frozenset({_S.SEEN, _S.SCREENED}),
    _S.SEEN: _SIDE | {_S.SCREENED},
    # Screened again: a person may have been wrong, or something was added.
    _S.SCREENED: _SIDE | {_S.SCREENED, _S.ACCEPTED},
    # In care it goes on in no other, for its case would stay behind: the other goes on in it, or
    # the case is closed as a duplicate.
    _S.ACCEPTED: frozenset({_S.CLOSED, _S.TRANSFERRED}),
    # Reopening keeps the survivor code.
    _S.CLOSED: frozenset({_S.ACCEPTED}),
    # A merge can be undone for thirty days.
    _S.DUPLICATE: frozenset({_S.SEEN, _S.SCREENED, _S.ACCEPTED}),
    _S.NOT_OURS: frozenset({_S.SEEN}),
    _S.TRANSFERRED: frozenset({_S.SEEN}),
    # The cadre has answered, or a person goes on without.
    _S.RETURNED: frozenset({_S.SEEN, _S.SCREENED, _S.DUPLICATE, _S.NOT_OURS, _S.TRANSFERRED}),
}

WAITING = frozenset({_S.RECEIVED, _S.SEEN, _S.SCREENED, _S.RETURNED})
OPEN = WAITING | {_S.ACCEPTED}


def moved(state: ReferralState, to: ReferralState) -> ReferralState:
    """Return the new state.

    :raises Conflict: if that way does not exist from here: somebody else was faster.
    """
    if to not in MOVES[state]:
        raise Conflict("referral.moved", state=str(state), to=str(to))
    return to


class CadreSees(StrEnum):
    """The six words that a cadre reads about her report."""

    RECEIVED = "received"
    SEEN = "seen"
    IN_CARE = "in_care"
    MOVED_ON = "moved_on"
    CLOSED = "closed"
    PLEASE_CALL = "please_call"


_SEEN_AS = {
    _S.RECEIVED: CadreSees.RECEIVED,
    _S.SEEN: CadreSees.SEEN,
    _S.SCREENED: CadreSees.SEEN,
    _S.ACCEPTED: CadreSees.IN_CARE,
    _S.CLOSED: CadreSees.CLOSED,
    _S.NOT_OURS: CadreSees.MOVED_ON,
    _S.TRANSFERRED: CadreSees.MOVED_ON,
    _S.RETURNED: CadreSees.PLEASE_CALL,
}


def as_cadre_sees(state: ReferralState, *, twin: ReferralState | None = None) -> CadreSees:
    """Return the word for the cadre.

    Of a duplicate she reads what is true of its twin, told a day later so that it betrays none.
    """
    if state is _S.DUPLICATE:
        return CadreSees.SEEN if twin in (None, _S.DUPLICATE) else as_cadre_sees(twin)
    return _SEEN_AS[state]
