"""The emergencies of one village are found without going through those of the district.

Revision: 0033, after 0032.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

NAME = "ix_referrals_sos_village"


def upgrade() -> None:
    where = sa.text("open IS true AND emergency IS true")
    columns = ["district", "village", "due_at", "id"]
    op.create_index(NAME, "referrals", columns, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    op.drop_index(NAME, "referrals")
