"""Who asks after her stands beside the day, so that one's own days are counted by an index.

Revision: 0026, after 0025.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# On SQLite the table is built anew: nothing need be known of those it points at.
ALONE = {"resolve_fks": False}


def upgrade() -> None:
    with op.batch_alter_table("follow_ups", reflect_kwargs=ALONE) as table:
        table.add_column(sa.Column("asker_id", sa.Uuid(), nullable=True))
        table.create_foreign_key(op.f("fk_follow_ups_asker_id"), "people", ["asker_id"], ["id"])
    cases = sa.table("cases", sa.column("id"), sa.column("caseworker_id"))
    columns = map(sa.column, ("case_id", "due_at", "asker_id", "state"))
    rows = sa.table("follow_ups", *columns)
    whose = sa.select(cases.c.caseworker_id).where(cases.c.id == rows.c.case_id)
    first = rows.alias()
    before = first.c.case_id == rows.c.case_id, first.c.state == "open"
    earlier = sa.select(first.c.case_id).where(*before, first.c.due_at < rows.c.due_at)
    next_ones = sa.update(rows).where(rows.c.state == "open", ~earlier.exists())
    op.execute(next_ones.values(asker_id=whose.scalar_subquery()))
    where = sa.text("state = 'open'")
    mine = "ix_follow_ups_mine", "follow_ups", ["asker_id", "due_at", "case_id"]
    op.create_index(*mine, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    op.drop_index("ix_follow_ups_mine", "follow_ups")
    with op.batch_alter_table("follow_ups", reflect_kwargs=ALONE) as table:
        table.drop_constraint(op.f("fk_follow_ups_asker_id"), type_="foreignkey")
        table.drop_column("asker_id")
