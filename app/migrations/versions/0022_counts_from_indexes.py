"""What waits is counted from indexes alone: a page of the desk counts fourteen kinds of it.

Revision: 0022, after 0021.
"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

ON_THE_BOARD = "state IN ('accepted', 'assigned', 'ended', 'expired', 'postponed', 'started')"
# Name, table, columns, what is counted by beside them, which rows.
INDEXES = (
    ("ix_deadlines_due", "deadlines", ["district", "state", "due_at"], ["referral_id"], None),
    (
        "ix_service_referrals_due",
        "service_referrals",
        ["district", "state", "reply_due_at"],
        ["case_id"],
        None,
    ),
    (
        "ix_visits_board",
        "visits",
        ["district", "due_at", "id"],
        ["state", "report_id"],
        ON_THE_BOARD,
    ),
)


def upgrade() -> None:
    for name, table, columns, more, which in INDEXES:
        _made(name, table, columns + more, which)


def downgrade() -> None:
    for name, table, columns, _more, which in reversed(INDEXES):
        _made(name, table, columns, which)


def _made(name: str, table: str, columns: list[str], which: str | None) -> None:
    where = sa.text(which) if which else None
    op.drop_index(name, table)
    op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)
