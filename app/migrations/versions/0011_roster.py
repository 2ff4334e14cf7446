"""Two people are on call for every turn of a day.

Revision: 0011, after 0010.
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('duty_turns',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('district', sa.String(length=13), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('part', sa.String(length=40), nullable=False),
    sa.Column('first_id', sa.Uuid(), nullable=True),
    sa.Column('second_id', sa.Uuid(), nullable=True),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_by', sa.Uuid(), nullable=False),
    sa.CheckConstraint("part IN ('day', 'night')", name=op.f('ck_duty_turns_part')),
    sa.CheckConstraint('first_id <> second_id', name=op.f('ck_duty_turns_two_people')),
    sa.ForeignKeyConstraint(['changed_by'], ['people.id'], name=op.f('fk_duty_turns_changed_by')),
    sa.ForeignKeyConstraint(['district'], ['districts.code'], name=op.f('fk_duty_turns_district')),
    sa.ForeignKeyConstraint(['first_id'], ['people.id'], name=op.f('fk_duty_turns_first_id')),
    sa.ForeignKeyConstraint(['second_id'], ['people.id'], name=op.f('fk_duty_turns_second_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_duty_turns')),
    sa.UniqueConstraint('district', 'on', 'part', name=op.f('uq_duty_turns_district_on_part'))
    )
    op.create_table('duty_words',
    sa.Column('turn_id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('state', sa.String(length=40), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('to_id', sa.Uuid(), nullable=True),
    sa.Column('agreed_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("state IN ('ready', 'on_the_way', 'handed_over')", name=op.f('ck_duty_words_state')),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_duty_words_person_id')),
    sa.ForeignKeyConstraint(['to_id'], ['people.id'], name=op.f('fk_duty_words_to_id')),
    sa.ForeignKeyConstraint(['turn_id'], ['duty_turns.id'], name=op.f('fk_duty_words_turn_id')),
    sa.PrimaryKeyConstraint('turn_id', 'person_id', name=op.f('pk_duty_words'))
    )


def downgrade() -> None:
    op.drop_table('duty_words')
    op.drop_table('duty_turns')
