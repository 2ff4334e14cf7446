"""A district has its own holidays.

Revision: 0020, after 0019.
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('holidays',
    sa.Column('district', sa.String(length=13), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.ForeignKeyConstraint(['district'], ['districts.code'], name=op.f('fk_holidays_district')),
    sa.PrimaryKeyConstraint('district', 'on', name=op.f('pk_holidays'))
    )


def downgrade() -> None:
    op.drop_table('holidays')
