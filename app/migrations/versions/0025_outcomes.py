"""Months are counted anew: how cases stood at their end, and whether special needs were met.

Revision: 0025, after 0024.
"""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    months = sa.table("month_counts", sa.column("stale", sa.Boolean()))
    op.execute(months.update().values(stale=True))


def downgrade() -> None:
    """What was counted more is read by nobody."""
