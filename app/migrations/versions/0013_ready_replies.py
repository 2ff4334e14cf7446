"""Ready replies of a district to who writes by a chat.

Revision: 0013, after 0012.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('ready_replies',
    sa.Column('district', sa.String(length=13), nullable=False),
    sa.Column('code', sa.String(length=40), nullable=False),
    sa.Column('place', sa.Integer(), nullable=False),
    sa.Column('text', sa.String(length=200), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['district'], ['districts.code'], name=op.f('fk_ready_replies_district')),
    sa.PrimaryKeyConstraint('district', 'code', name=op.f('pk_ready_replies'))
    )


def downgrade() -> None:
    op.drop_table('ready_replies')
