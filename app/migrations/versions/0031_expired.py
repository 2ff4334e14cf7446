"""A visit that expired is over: it leaves the board for what is lately over, and nobody waits for it.

The state was there and nothing set it: the first tidying after this finds what passed before.

Revision: 0031, after 0030.
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

BOARD = ["district", "due_at", "id", "state", "report_id"]
OVER = ["district", "changed_at", "id"]


def upgrade() -> None:
    _made("ix_visits_board", BOARD, "accepted", "assigned", "ended", "postponed", "started")
    _made("ix_visits_over", OVER, "declined", "expired", "recorded")


def downgrade() -> None:
    _made("ix_visits_over", OVER, "declined", "recorded")
    _made("ix_visits_board", BOARD, "accepted", "assigned", "ended", "expired", "postponed", "started")


def _made(name: str, columns: list[str], *states: str) -> None:
    said = ", ".join(f"'{state}'" for state in states)
    where = sa.text(f"state IN ({said})")
    op.drop_index(name, "visits")
    op.create_index(name, "visits", columns, postgresql_where=where, sqlite_where=where)
