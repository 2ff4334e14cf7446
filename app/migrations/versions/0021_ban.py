"""The ban on settlement never falls, whoever writes: triggers keep it.

Revision: 0021, after 0020.
"""

from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

GRAVE = "EXISTS (SELECT 1 FROM referrals r WHERE r.id = NEW.referral_id AND (r.child OR r.sexual))"
GRAVE_CASE = (
    "EXISTS (SELECT 1 FROM cases c JOIN referrals r ON r.id = c.referral_id"
    " WHERE c.id = NEW.case_id AND (r.child OR r.sexual))"
)
MEDIATION = "NEW.what = 'civil_mediation' AND NEW.state NOT IN ('cancelled', 'recalled')"
# Name, table, before which statements, what is refused.
BANS = (
    (
        "ban_never_falls",
        "cases",
        "UPDATE OF settlement_banned",
        "OLD.settlement_banned AND NOT NEW.settlement_banned",
    ),
    ("ban_from_the_start", "cases", "INSERT", f"NOT NEW.settlement_banned AND {GRAVE}"),
    ("ban_moves_along", "cases", "UPDATE OF referral_id", f"NOT NEW.settlement_banned AND {GRAVE}"),
    ("no_new_settlement", "service_referrals", "INSERT", f"{MEDIATION} AND {GRAVE_CASE}"),
    (
        "no_later_settlement",
        "service_referrals",
        "UPDATE OF what, state, case_id",
        f"{MEDIATION} AND {GRAVE_CASE}",
    ),
)


def upgrade() -> None:
    _catch_up()
    for name, table, when, refused in BANS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(
                f"CREATE TRIGGER {name} BEFORE {when} ON {table} FOR EACH ROW WHEN {refused}"
                f" BEGIN SELECT RAISE(ABORT, '{name}'); END"
            )
            continue
        op.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" IF {refused} THEN"
            f" RAISE EXCEPTION 'settlement' USING ERRCODE = 'check_violation', CONSTRAINT = '{name}';"
            " END IF; RETURN NEW; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {when} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    for name, table, _when, _refused in BANS:
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {name}")
            continue
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")


def _catch_up() -> None:
    """Let no row stand that could not be written any more: a mediation there ends as by the law."""
    grave = (
        "SELECT cases.id FROM cases JOIN referrals ON referrals.id = cases.referral_id"
        " WHERE (referrals.child OR referrals.sexual) AND NOT cases.settlement_banned"
    )
    for was, becomes in (
        ("state IN ('draft', 'awaiting_approval', 'survivor_refused')", "cancelled"),
        ("1 = 1", "recalled"),
    ):
        op.execute(
            f"UPDATE service_referrals SET state = '{becomes}' WHERE what = 'civil_mediation'"
            f" AND state NOT IN ('cancelled', 'recalled') AND {was} AND case_id IN ({grave})"
        )
    op.execute(f"UPDATE cases SET settlement_banned = (1 = 1) WHERE id IN ({grave})")
    # On SQLite a migration runs without pointers, so what follows a case does not follow by itself.
    op.execute(
        "UPDATE service_referrals SET settlement_banned = (1 = 1)"
        " WHERE case_id IN (SELECT id FROM cases WHERE settlement_banned)"
    )
