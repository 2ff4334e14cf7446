"""The ban on settlement as the database itself keeps it, against whoever writes there.

UU 12/2022 art. 23 for sexual violence; by our rule for a child. Beside the constraints of the
tables: triggers. On SQLite a migration that makes a table anew (`batch_alter_table`) drops them.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import DDL, event

from .service_referral import ServiceReferral


class Ban(NamedTuple):
    """One thing that no statement may do."""

    name: str
    on: str
    """The table."""
    when: str
    """Before which statements."""
    refused: str
    """What must not be: a condition over the new row and, where it is an update, the old one."""


_FREE = "NOT NEW.settlement_banned"
_GRAVE = "EXISTS (SELECT 1 FROM referrals r WHERE r.id = NEW.referral_id AND (r.child OR r.sexual))"
_GRAVE_CASE = (
    "EXISTS (SELECT 1 FROM cases c JOIN referrals r ON r.id = c.referral_id"
    " WHERE c.id = NEW.case_id AND (r.child OR r.sexual))"
)
_MEDIATION = "NEW.what = 'civil_mediation' AND NEW.state NOT IN ('cancelled', 'recalled')"

BANS = (
    Ban(
        "ban_never_falls",
        "cases",
        "UPDATE OF settlement_banned",
        "OLD.settlement_banned AND NOT NEW.settlement_banned",
    ),
    Ban("ban_from_the_start", "cases", "INSERT", f"{_FREE} AND {_GRAVE}"),
    Ban(
        "ban_moves_along",
        "cases",
        "UPDATE OF referral_id",
        f"NOT NEW.settlement_banned AND {_GRAVE}",
    ),
    Ban("no_new_settlement", "service_referrals", "INSERT", f"{_MEDIATION} AND {_GRAVE_CASE}"),
    Ban(
        "no_later_settlement",
        "service_referrals",
        "UPDATE OF what, state, case_id",
        f"{_MEDIATION} AND {_GRAVE_CASE}",
    ),
)

_POSTGRESQL = (
    "CREATE FUNCTION {0.name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " IF {0.refused} THEN"
    " RAISE EXCEPTION 'settlement' USING ERRCODE = 'check_violation', CONSTRAINT = '{0.name}';"
    " END IF; RETURN NEW; END $$",
    "CREATE TRIGGER {0.name} BEFORE {0.when} ON {0.on} FOR EACH ROW EXECUTE FUNCTION {0.name}()",
)
_SQLITE = (
    "CREATE TRIGGER {0.name} BEFORE {0.when} ON {0.on} FOR EACH ROW WHEN {0.refused}"
    " BEGIN SELECT RAISE(ABORT, '{0.name}'); END",
)


def _keep(ban: Ban) -> None:
    last = ServiceReferral.__table__  # Made after the tables that a ban reads.
    for dialect, statements in (("postgresql", _POSTGRESQL), ("sqlite", _SQLITE)):
        for statement in statements:
            made = DDL(statement.format(ban))
            event.listen(last, "after_create", made.execute_if(dialect=dialect))
    gone = DDL(f"DROP FUNCTION IF EXISTS {ban.name}() CASCADE")
    event.listen(last, "before_drop", gone.execute_if(dialect="postgresql"))


for _ban in BANS:
    _keep(_ban)
