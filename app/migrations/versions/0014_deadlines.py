"""Clocks are kept as rows; those of open reports of sexual violence begin as estimates.

Revision: 0014, after 0013.
"""

from datetime import timedelta
from uuid import uuid4

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('deadlines',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('district', sa.String(length=13), nullable=False),
    sa.Column('referral_id', sa.Uuid(), nullable=True),
    sa.Column('kind', sa.String(length=40), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('starts_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('estimate', sa.Boolean(), nullable=False),
    sa.Column('warn_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('paused_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_how', sa.String(length=40), nullable=True),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('asked_by', sa.Uuid(), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_how', sa.String(length=40), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.Column('by_parent_office', sa.Boolean(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("ended_how IS NULL OR ended_how <> 'adult_refuses_recorded' OR by_parent_office OR (asked_by IS NOT NULL AND ended_by IS NOT NULL AND ended_by <> asked_by)", name=op.f('ck_deadlines_second_person')),
    sa.CheckConstraint("kind IN ('police_report', 'protection_given', 'ask_lpsk', 'ask_court', 'protection_sexual', 'protection_domestic', 'protection_order', 'outreach', 'followed_up', 'access', 'correction', 'breach_notice')", name=op.f('ck_deadlines_kind')),
    sa.CheckConstraint("state <> 'ended' OR ended_how IS NOT NULL", name=op.f('ck_deadlines_ended_how')),
    sa.CheckConstraint("state IN ('running', 'paused', 'ended')", name=op.f('ck_deadlines_state')),
    sa.ForeignKeyConstraint(['asked_by'], ['people.id'], name=op.f('fk_deadlines_asked_by')),
    sa.ForeignKeyConstraint(['district'], ['districts.code'], name=op.f('fk_deadlines_district')),
    sa.ForeignKeyConstraint(['ended_by'], ['people.id'], name=op.f('fk_deadlines_ended_by')),
    sa.ForeignKeyConstraint(['referral_id'], ['referrals.id'], name=op.f('fk_deadlines_referral_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadlines'))
    )
    with op.batch_alter_table('deadlines', schema=None) as batch_op:
        batch_op.create_index('ix_deadlines_changed', ['district', 'changed_at'], unique=False)
        batch_op.create_index('ix_deadlines_due', ['district', 'state', 'due_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_deadlines_referral_id'), ['referral_id'], unique=False)
        batch_op.create_index('ix_deadlines_warn', ['warn_at'], unique=False)

    op.create_table('deadline_steps',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('deadline_id', sa.Uuid(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by', sa.Uuid(), nullable=True),
    sa.Column('act', sa.String(length=40), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.Column('was_start', sa.DateTime(timezone=True), nullable=False),
    sa.Column('was_due', sa.DateTime(timezone=True), nullable=False),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('sealed_kid', sa.String(length=64), nullable=True),
    sa.Column('sealed_schema', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['by'], ['people.id'], name=op.f('fk_deadline_steps_by')),
    sa.ForeignKeyConstraint(['deadline_id'], ['deadlines.id'], name=op.f('fk_deadline_steps_deadline_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadline_steps'))
    )
    with op.batch_alter_table('deadline_steps', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_deadline_steps_deadline_id'), ['deadline_id'], unique=False)
    _start_police_clocks()


def _start_police_clocks() -> None:
    moment = sa.DateTime(timezone=True)
    known = sa.table(
        "referrals",
        sa.column("id", sa.Uuid()),
        sa.column("district", sa.String()),
        sa.column("state", sa.String()),
        sa.column("sexual", sa.Boolean()),
        sa.column("clock_from", moment),
    )
    waiting = ("received", "seen", "screened", "returned", "accepted")
    open_ones = sa.select(known.c.id, known.c.district, known.c.clock_from).where(
        known.c.sexual, known.c.state.in_(waiting)
    )
    made = sa.table(
        "deadlines",
        *(sa.column(name, sa.Uuid()) for name in ("id", "referral_id")),
        *(sa.column(name, sa.String()) for name in ("district", "kind", "state")),
        *(sa.column(name, sa.Boolean()) for name in ("estimate", "by_parent_office")),
        *(
            sa.column(name, moment)
            for name in ("starts_at", "due_at", "warn_at", "made_at", "changed_at")
        ),
    )
    bind = op.get_bind()
    rows = [
        {
            "id": uuid4(),
            "referral_id": row.id,
            "district": row.district,
            "kind": "police_report",
            "state": "running",
            "estimate": True,
            "by_parent_office": False,
            "starts_at": row.clock_from,
            "due_at": row.clock_from + timedelta(hours=72),
            "warn_at": row.clock_from + timedelta(hours=72),
            "made_at": row.clock_from,
            "changed_at": row.clock_from,
        }
        for row in bind.execute(open_ones)
    ]
    if rows:
        bind.execute(sa.insert(made), rows)


def downgrade() -> None:
    with op.batch_alter_table('deadline_steps', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_deadline_steps_deadline_id'))

    op.drop_table('deadline_steps')
    with op.batch_alter_table('deadlines', schema=None) as batch_op:
        batch_op.drop_index('ix_deadlines_warn')
        batch_op.drop_index(batch_op.f('ix_deadlines_referral_id'))
        batch_op.drop_index('ix_deadlines_due')
        batch_op.drop_index('ix_deadlines_changed')

    op.drop_table('deadlines')
