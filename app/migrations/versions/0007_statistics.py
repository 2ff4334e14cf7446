"""Months are counted, and what was given out of them is kept.

Revision: 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "month_counts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("stale", sa.Boolean(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district"], ["districts.code"], name=op.f("fk_month_counts_district")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_counts")),
        sa.UniqueConstraint("district", "month", name=op.f("uq_month_counts_district_month")),
    )
    op.create_table(
        "given_out",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("tier", sa.String(length=40), nullable=False),
        sa.Column("first_month", sa.String(length=7), nullable=False),
        sa.Column("last_month", sa.String(length=7), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["district"], ["districts.code"], name=op.f("fk_given_out_district")
        ),
        sa.ForeignKeyConstraint(["given_by"], ["people.id"], name=op.f("fk_given_out_given_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_given_out")),
        sa.UniqueConstraint(
            "district",
            "tier",
            "first_month",
            name=op.f("uq_given_out_district_tier_first_month"),
        ),
    )
    op.create_index("ix_referrals_changed", "referrals", ["district", "changed_at"])


def downgrade() -> None:
    op.drop_index("ix_referrals_changed", table_name="referrals")
    op.drop_table("given_out")
    op.drop_table("month_counts")
