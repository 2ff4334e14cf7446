"""Moments at which somebody is told what did not come in time.

What waits already is reminded of when its moment is still ahead. Revision: 0024, after 0023.
"""

from datetime import UTC, datetime
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_WAITING = (
    (
        "service_late",
        "SELECT s.id, s.district, r.report_id, s.reply_due_at AS at FROM service_referrals s"
        " JOIN cases c ON c.id = s.case_id JOIN referrals r ON r.id = c.referral_id"
        " WHERE s.state = 'sent' AND s.partner_id IS NOT NULL",
    ),
    (
        "recall_late",
        "SELECT x.id, x.district, w.report_id, x.due_at AS at FROM recalls x"
        " JOIN withdrawals w ON w.id = x.withdrawal_id WHERE x.settled_at IS NULL",
    ),
    (
        "visit_missed",
        "SELECT id, district, report_id, due_at AS at FROM visits"
        " WHERE state IN ('assigned', 'accepted', 'postponed')",
    ),
    (
        "follow_up_due",
        "SELECT f.id, c.district, r.report_id, f.due_at AS at FROM follow_ups f"
        " JOIN cases c ON c.id = f.case_id JOIN referrals r ON r.id = c.referral_id"
        " WHERE f.state = 'open'",
    ),
)


def upgrade() -> None:
    made = op.create_table(
        "reminders",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("object_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district"], ["districts.code"], name=op.f("fk_reminders_district")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminders")),
    )
    op.create_index("ix_reminders_at", "reminders", ["at"])
    for kind, query in _WAITING:
        if rows := _ahead(kind, query):
            op.bulk_insert(made, rows)


def downgrade() -> None:
    op.drop_table("reminders")


def _ahead(kind: str, query: str) -> list[dict]:
    """What waits, with a moment that is still to come."""
    found = sa.text(query).columns(
        id=sa.Uuid(), district=sa.String(), report_id=sa.Uuid(), at=sa.DateTime(timezone=True)
    )
    now = datetime.now(UTC)
    rows = [dict(row) for row in op.get_bind().execute(found).mappings()]
    for row in rows:
        row["at"] = row["at"].replace(tzinfo=row["at"].tzinfo or UTC)
    return [
        {**row, "id": uuid4(), "object_id": row["id"], "kind": kind}
        for row in rows
        if row["at"] > now
    ]
