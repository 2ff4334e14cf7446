"""What is added after a copy has gone is seen to be missing there, and is sent after it.

What was added before the copy went counts as told; a key that was compared before is not known.

Revision: 0030, after 0029.
"""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No batch: SQLite would copy the table, and lose its checks.
    op.add_column("transfers", sa.Column("key_point", sa.String(100), nullable=True))
    told = sa.Column("told", sa.Integer(), nullable=False, server_default="0")
    op.add_column("transfers", told)
    op.execute(_told())
    op.create_table(
        "transfer_news",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.Uuid(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["transfer_id"], ["transfers.id"], name=op.f("fk_transfer_news_transfer_id")
        ),
        sa.ForeignKeyConstraint(["sent_by"], ["people.id"], name=op.f("fk_transfer_news_sent_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer_news")),
    )
    op.create_index(op.f("ix_transfer_news_transfer_id"), "transfer_news", ["transfer_id"])


def downgrade() -> None:
    op.drop_table("transfer_news")
    op.drop_column("transfers", "told")
    op.drop_column("transfers", "key_point")


def _told():
    """Count what had been added to each report when its copy went."""
    rows = sa.table("transfers", *map(sa.column, ("referral_id", "sent_at", "told")))
    referrals = sa.table("referrals", sa.column("id"), sa.column("report_id"))
    added = sa.table("report_additions", sa.column("report_id"), sa.column("added_at"))
    ways = sa.table("safe_ways", sa.column("referral_id"), sa.column("at"))
    of_report = sa.select(sa.func.count()).select_from(
        added.join(referrals, referrals.c.report_id == added.c.report_id)
    )
    of_report = of_report.where(
        referrals.c.id == rows.c.referral_id, added.c.added_at <= rows.c.sent_at
    )
    of_way = sa.select(sa.func.count()).select_from(ways)
    of_way = of_way.where(ways.c.referral_id == rows.c.referral_id, ways.c.at <= rows.c.sent_at)
    told = of_report.correlate(rows).scalar_subquery() + of_way.correlate(rows).scalar_subquery()
    return sa.update(rows).where(rows.c.referral_id.is_not(None)).values(told=told)
