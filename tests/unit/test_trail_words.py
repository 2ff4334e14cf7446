"""Every act that the tree writes into the trail has its words on the trail's page."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.coordinator import trail_words
from app.coordinator.desk_words import WORDS as DESK
from app.domain import codes
from app.domain.fields import ACTS
from app.domain.roster import DutyState
from app.domain.service_referral import ServiceState
from app.domain.transfer import TransferState

ROOT = Path(__file__).parents[2]
# What follows the first half of an act that is put together from two.
ENDINGS = {
    "act.": [act for act in ACTS if not act.startswith("desk.") and act.count(".") == 1],
    "case.": [*DESK["case step"], "monitoring", "evaluation"],
    "clock.": ["start", "confirm", "correct", "pause", "resume", "end", "agree", "parent_office"]
    + ["refuse", "again", "ask_end"],
    "duty.": list(DutyState),
    "phone.": ["replaced", "revoked", "removed"],
    "plan.": codes.PLAN_STATE,
    "service.": list(ServiceState),
    "transfer.": [state for state in TransferState if state != "sent"],
}
# Of these it is the kind that comes first.
KINDS_FIRST = {".add": ("date", "tip"), ".remove": ("number", "entry")}


class Module(ast.NodeVisitor):
    """The rows that one module writes: act and kind of object, as they stand in its code."""

    def __init__(self, text: str) -> None:
        self.rows: list[tuple[ast.expr, ast.expr | None]] = []
        self._tree, self._around = ast.parse(text), []
        self.visit(self._tree)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._around.append(node)
        self.generic_visit(node)
        self._around.pop()

    def visit_Call(self, node: ast.Call) -> None:
        self.generic_visit(node)
        if ast.unparse(node.func) == "trail.append":
            said = [part for one in node.args for part in self._spread(one)]
            self.rows += [(act, said[2]) for act in self._spoken(said[1], self._around[-1])]

    def _spread(self, one: ast.expr) -> list[ast.expr]:
        """`*about` stands for the tuples that the function calls so."""
        if not isinstance(one, ast.Starred):
            return [one]
        for found in ast.walk(self._around[-1]):
            if isinstance(found, ast.Assign) and ast.unparse(found.targets[0]) == "about":
                value = found.value
                if isinstance(value, ast.IfExp):
                    other = value.orelse.elts
                    self.rows.append((other[0], other[1]))
                    value = value.body
                return value.elts
        raise AssertionError("no such tuple")

    def _spoken(self, act: ast.expr, inside: ast.FunctionDef) -> Iterator[ast.expr]:
        """An act that a function is told is what its callers say."""
        if isinstance(act, ast.IfExp):
            yield from (act.body, act.orelse)
        elif not isinstance(act, ast.Name):
            yield act
        else:
            place = [one.arg for one in inside.args.args].index(act.id)
            for call in ast.walk(self._tree):
                if isinstance(call, ast.Call) and ast.unparse(call.func) == inside.name:
                    yield call.args[place]


def written() -> tuple[set[str], set[str]]:
    """Return the acts and the kinds of objects that the tree writes."""
    acts, kinds = set(), set()
    for part in ("app", "sync", "partner", "cadre"):
        for path in sorted((ROOT / part).rglob("*.py")):
            text = path.read_text()
            for act, kind in Module(text).rows if "trail.append(" in text else ():
                acts |= set(_codes(act))
                kinds |= {kind.value} if isinstance(kind, ast.Constant) else set()
    return acts, kinds


def _codes(act: ast.expr) -> list[str]:
    if isinstance(act, ast.Constant):
        return [act.value]
    first, last = act.values[0], act.values[-1]
    if isinstance(first, ast.Constant):
        return [f"{first.value}{end}" for end in ENDINGS[first.value]]
    return [f"{kind}{last.value}" for kind in KINDS_FIRST[last.value]]


@pytest.mark.parametrize("which", [0, 1], ids=["acts", "kinds of objects"])
def test_everything_that_the_trail_holds_has_its_words(which):
    known = (trail_words.ACTS, trail_words.KINDS)[which]

    assert len(written()[which]) > (150, 20)[which]
    assert sorted(written()[which] - set(known)) == []


def test_no_words_are_kept_for_what_is_never_written():
    acts, kinds = written()

    assert sorted(set(trail_words.ACTS) - acts) == []
    assert sorted(set(trail_words.KINDS) - kinds) == []
