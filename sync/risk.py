"""The risk of an act that could not be applied, from whatever of it can be read. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.fields import ACTS, salvage
from app.domain.report import Proposal, Risk, proposed_risk
from app.domain.risk import risk_of_visit

_CALM = Proposal(Risk.LOW, False, ())
_TELLING = ("report.create", "report.add")


def risk_of(content: Mapping[str, object]) -> Proposal:
    """Return what speaks from an opened act; one that nobody knows is read like a report."""
    act, body = content.get("act"), content.get("body")
    if not isinstance(body, Mapping):
        return proposed_risk({})
    if not isinstance(act, str) or act not in ACTS or act in _TELLING:
        return proposed_risk(salvage("report.create", body))
    if act == "visit.record":
        return risk_of_visit({}, salvage(act, body))
    if act == "visit.end" and "emergency" in (body.get("need"), body.get("how")):
        return Proposal(Risk.HIGH, True, ("visit.emergency",))
    if act == "visit.end" and body.get("how") == "unsafe_stopped":
        return Proposal(Risk.HIGH, False, ("visit.unsafe_stopped",))
    return _CALM
