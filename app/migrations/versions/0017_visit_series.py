"""Visits that are planned again and again.

Revision: 0017, after 0016.
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('visit_series',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('case_id', sa.Uuid(), nullable=False),
    sa.Column('district', sa.String(length=13), nullable=False),
    sa.Column('cadre_id', sa.Uuid(), nullable=False),
    sa.Column('made_by', sa.Uuid(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('purpose', sa.String(length=40), nullable=False),
    sa.Column('meeting_place', sa.String(length=40), nullable=False),
    sa.Column('every_days', sa.Integer(), nullable=False),
    sa.Column('times', sa.Integer(), nullable=False),
    sa.Column('opens_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('due_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('next_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('ended_why', sa.String(length=40), nullable=True),
    sa.Column('ended_by', sa.Uuid(), nullable=True),
    sa.Column('sealed', sa.LargeBinary(), nullable=True),
    sa.Column('sealed_kid', sa.String(length=64), nullable=True),
    sa.Column('sealed_schema', sa.Integer(), nullable=True),
    sa.CheckConstraint("ended_why IN ('done', 'desk', 'closed', 'declined', 'unsafe', 'asked_to_stop', 'moved', 'consent', 'safe_way', 'cadre')", name=op.f('ck_visit_series_ended_why')),
    sa.CheckConstraint('(ended_at IS NULL) = (ended_why IS NULL)', name=op.f('ck_visit_series_ended')),
    sa.ForeignKeyConstraint(['cadre_id'], ['people.id'], name=op.f('fk_visit_series_cadre_id')),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_visit_series_case_id')),
    sa.ForeignKeyConstraint(['district'], ['districts.code'], name=op.f('fk_visit_series_district')),
    sa.ForeignKeyConstraint(['ended_by'], ['people.id'], name=op.f('fk_visit_series_ended_by')),
    sa.ForeignKeyConstraint(['made_by'], ['people.id'], name=op.f('fk_visit_series_made_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_visit_series'))
    )
    with op.batch_alter_table('visit_series', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_visit_series_case_id'), ['case_id'], unique=False)
        batch_op.create_index('ix_visit_series_next', ['next_at'], unique=False)

    op.create_table('series_visits',
    sa.Column('series_id', sa.Uuid(), nullable=False),
    sa.Column('place', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('visit_id', sa.Uuid(), nullable=True),
    sa.ForeignKeyConstraint(['series_id'], ['visit_series.id'], name=op.f('fk_series_visits_series_id')),
    sa.ForeignKeyConstraint(['visit_id'], ['visits.id'], name=op.f('fk_series_visits_visit_id')),
    sa.PrimaryKeyConstraint('series_id', 'place', name=op.f('pk_series_visits')),
    sa.UniqueConstraint('visit_id', name=op.f('uq_series_visits_visit_id'))
    )


def downgrade() -> None:
    op.drop_table('series_visits')
    with op.batch_alter_table('visit_series', schema=None) as batch_op:
        batch_op.drop_index('ix_visit_series_next')
        batch_op.drop_index(batch_op.f('ix_visit_series_case_id'))

    op.drop_table('visit_series')
