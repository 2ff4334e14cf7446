"""Who was kept out of a report that a restored backup has lost, until a phone sends it again.

Going down forgets them; the journal still knows, and a replay of it all says so again.

Revision: 0027, after 0026.
"""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "related_ahead",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_related_ahead_person_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "person_id", name=op.f("pk_related_ahead")),
    )


def downgrade() -> None:
    op.drop_table("related_ahead")
