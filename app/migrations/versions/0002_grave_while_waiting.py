"""An act that waits and sounds grave is seen at once.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("grave", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.alter_column("grave", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("grave")
