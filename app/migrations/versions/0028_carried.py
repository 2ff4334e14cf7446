"""What each caseworker carries is counted out of an index: by stage and risk, closed cases apart.

Revision: 0028, after 0027.
"""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    where = sa.text("closed_at IS NULL")
    carried = "ix_cases_carried", "cases", ["caseworker_id", "stage", "risk"]
    op.create_index(*carried, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    op.drop_index("ix_cases_carried", "cases")
