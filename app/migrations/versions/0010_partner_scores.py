"""Partners are scored by hand.

Revision: 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partner_scores",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_kid", sa.String(length=64), nullable=True),
        sa.Column("sealed_schema", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_partner_scores_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_partner_scores_case_id")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_partner_scores_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_scores")),
    )
    with op.batch_alter_table("partner_scores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_scores_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_partner_scores_partner_id"), ["partner_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("partner_scores", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_scores_partner_id"))
        batch_op.drop_index(batch_op.f("ix_partner_scores_case_id"))

    op.drop_table("partner_scores")
