"""A phone that lost what it kept is not taken for a copy.

Revision: 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.add_column(sa.Column("fork_after", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("fork_until", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("devices", schema=None) as batch_op:
        batch_op.drop_column("fork_until")
        batch_op.drop_column("fork_after")
