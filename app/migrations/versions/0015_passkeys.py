"""A passkey opens the on-call card.

Revision: 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('passkeys',
    sa.Column('id', sa.Uuid(), nullable=False),
    sa.Column('person_id', sa.Uuid(), nullable=False),
    sa.Column('credential_id', sa.LargeBinary(length=1023), nullable=False),
    sa.Column('public_key', sa.LargeBinary(), nullable=False),
    sa.Column('sign_count', sa.BigInteger(), nullable=False),
    sa.Column('made_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('used_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_passkeys_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_passkeys')),
    sa.UniqueConstraint('credential_id', name=op.f('uq_passkeys_credential_id'))
    )
    with op.batch_alter_table('passkeys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_passkeys_person_id'), ['person_id'], unique=False)

    op.create_table('card_sessions',
    sa.Column('reference_hash', sa.LargeBinary(length=32), nullable=False),
    sa.Column('passkey_id', sa.Uuid(), nullable=False),
    sa.Column('began_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['passkey_id'], ['passkeys.id'], name=op.f('fk_card_sessions_passkey_id'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('reference_hash', name=op.f('pk_card_sessions'))
    )
    with op.batch_alter_table('card_sessions', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_card_sessions_passkey_id'), ['passkey_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('card_sessions', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_card_sessions_passkey_id'))

    op.drop_table('card_sessions')
    with op.batch_alter_table('passkeys', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_passkeys_person_id'))

    op.drop_table('passkeys')
