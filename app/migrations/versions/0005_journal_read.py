"""A server knows how far it has read its journal.

Revision: 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("server", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("journal_read", sa.Text(), nullable=False, server_default="{}")
        )
    with op.batch_alter_table("server", schema=None) as batch_op:
        batch_op.alter_column("journal_read", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("server", schema=None) as batch_op:
        batch_op.drop_column("journal_read")
