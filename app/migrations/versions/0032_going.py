"""The clocks that run are read in their order, and whose they are is found by who has the referral.

Revision: 0032, after 0031.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

INDEXES = (
    ("ix_deadlines_going", "deadlines", ["district", "due_at", "id"], "state <> 'ended'"),
    ("ix_referrals_had_by", "referrals", ["taken_by", "id"], "taken_by IS NOT NULL"),
)


def upgrade() -> None:
    for name, table, columns, which in INDEXES:
        where = sa.text(which)
        op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    for name, table, _columns, _which in reversed(INDEXES):
        op.drop_index(name, table)
