"""Referrals go to other districts as sealed copies.

Revision: 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('transfers',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('from_district', sa.String(length=13), nullable=False),
    sa.Column('to_district', sa.String(length=13), nullable=False),
    sa.Column('to_name', sa.String(length=80), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=True),
    sa.Column('copy_id', sa.Uuid(), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('basis', sa.String(length=40), nullable=False),
    sa.Column('method', sa.String(length=20), nullable=True),
    sa.Column('sent_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sent_by', sa.Uuid(), nullable=True),
    sa.Column('ends_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by', sa.Uuid(), nullable=True),
    sa.Column('refusal', sa.String(length=20), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('sealed_kid', sa.String(length=64), nullable=True),
    sa.CheckConstraint("basis IN ('consent', 'child', 'life_in_danger', 'legal_duty', 'court_order')", name=op.f('ck_transfers_basis')),
    sa.CheckConstraint("refusal IN ('not_our_area', 'moved_again', 'known_here', 'other')", name=op.f('ck_transfers_refusal')),
    sa.CheckConstraint("state = 'sent' OR answered_at IS NOT NULL", name=op.f('ck_transfers_answered')),
    sa.CheckConstraint("state IN ('sent', 'accepted', 'refused', 'expired', 'taken_back')", name=op.f('ck_transfers_state')),
    sa.CheckConstraint('from_district <> to_district', name=op.f('ck_transfers_another')),
    sa.CheckConstraint('referral_id IS NOT NULL OR copy_id IS NOT NULL', name=op.f('ck_transfers_somebodys')),
    sa.ForeignKeyConstraint(['answered_by'], ['people.id'], name=op.f('fk_transfers_answered_by')),
    sa.ForeignKeyConstraint(['copy_id'], ['referrals.id'], name=op.f('fk_transfers_copy_id')),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_transfers_referral_id')),
    sa.ForeignKeyConstraint(['sent_by'], ['people.id'], name=op.f('fk_transfers_sent_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_transfers'))
    )
    with op.batch_alter_table('transfers', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_transfers_copy_id'), ['copy_id'], unique=False)
        batch_op.create_index('ix_transfers_ends', ['state', 'ends_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_transfers_from_district'), ['from_district'], unique=False)
        batch_op.create_index(batch_op.f('ix_transfers_referral_id'), ['referral_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_transfers_to_district'), ['to_district'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('transfers', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_transfers_to_district'))
        batch_op.drop_index(batch_op.f('ix_transfers_referral_id'))
        batch_op.drop_index(batch_op.f('ix_transfers_from_district'))
        batch_op.drop_index('ix_transfers_ends')
        batch_op.drop_index(batch_op.f('ix_transfers_copy_id'))

    op.drop_table('transfers')
