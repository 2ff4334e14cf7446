"""Of each thing there is one moment at which somebody is told; what waits from before gets its own.

Whom nobody has seen for too long is found at the first look. Revision: 0029, after 0028.
"""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

_OF_CASE = " JOIN cases c ON c.id = x.case_id JOIN referrals r ON r.id = c.referral_id"
# What waits, and how long before or after its own moment somebody is told.
_WAITING = (
    (
        "see_her",
        "SELECT c.id, c.district, r.report_id, NULL AS at FROM cases c"
        " JOIN referrals r ON r.id = c.referral_id WHERE c.closed_at IS NULL",
        timedelta(),
    ),
    (
        "service_day",
        "SELECT x.id, x.district, r.report_id, x.scheduled_on AS at FROM service_referrals x"
        + _OF_CASE
        + " WHERE x.state = 'scheduled' AND x.scheduled_on IS NOT NULL",
        timedelta(hours=25),
    ),
    (
        "recall_near",
        "SELECT x.id, x.district, w.report_id, x.due_at AS at FROM recalls x"
        " JOIN withdrawals w ON w.id = x.withdrawal_id WHERE x.settled_at IS NULL",
        -timedelta(hours=12),
    ),
    (
        "ask_way",
        "SELECT x.id, r.district, r.report_id, x.ask_again_at AS at FROM safe_ways x"
        " JOIN referrals r ON r.id = x.referral_id WHERE r.state <> 'closed'",
        timedelta(),
    ),
    (
        "plan_due",
        "SELECT x.id, c.district, r.report_id, x.due_at AS at FROM plan_rows x"
        + _OF_CASE
        + " WHERE x.state = 'open' AND c.closed_at IS NULL",
        -timedelta(hours=16),
    ),
)


def upgrade() -> None:
    op.create_index("ix_reminders_object_id", "reminders", ["object_id", "kind"])
    names = ("id", "district", "kind", "object_id", "report_id")
    kinds = (sa.Uuid(), sa.String(), sa.String(), sa.Uuid(), sa.Uuid())
    at = sa.column("at", sa.DateTime(timezone=True))
    reminders = sa.table("reminders", *map(sa.column, names, kinds), at)
    for kind, query, later in _WAITING:
        if rows := _ahead(kind, query, later):
            op.bulk_insert(reminders, rows)


def downgrade() -> None:
    op.drop_index("ix_reminders_object_id", "reminders")


def _ahead(kind: str, query: str, later: timedelta) -> list[dict]:
    """What waits, with a moment that is still to come, and has none yet; without one: now."""
    moment = sa.Date() if kind == "service_day" else sa.DateTime(timezone=True)
    columns = {"id": sa.Uuid(), "district": sa.String(), "report_id": sa.Uuid(), "at": moment}
    found = op.get_bind().execute(sa.text(query).columns(**columns)).mappings().all()
    set_before = sa.text("SELECT object_id FROM reminders WHERE kind = :kind")
    known = set(
        op.get_bind().scalars(set_before.columns(object_id=sa.Uuid()), {"kind": kind}).all()
    )
    now = datetime.now(UTC)
    rows = [{**row, "at": _moment(row["at"], later) or now} for row in found]
    return [
        {**row, "id": uuid4(), "object_id": row["id"], "kind": kind}
        for row in rows
        if row["at"] >= now and row["id"] not in known
    ]


def _moment(said, later: timedelta) -> datetime | None:
    if said is None:
        return None
    at = said if isinstance(said, datetime) else datetime(said.year, said.month, said.day)
    return at.replace(tzinfo=at.tzinfo or UTC) + later
