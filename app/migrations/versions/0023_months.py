"""A month is counted, and what ended late is paged, without reading what lies outside.

Revision: 0023, after 0022.
"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# Name, table, by which moment beside the district, and by what more.
OF_SOME = (
    ("ix_deadlines_ended", "deadlines", "ended_at", ["id"]),
    ("ix_visits_recorded", "visits", "recorded_at", []),
    ("ix_service_referrals_sent", "service_referrals", "sent_at", []),
    ("ix_service_referrals_told", "service_referrals", "answered_at", []),
    ("ix_service_referrals_given", "service_referrals", "served_at", []),
)


def upgrade() -> None:
    came = sa.text("coalesce(told_at, received_at)")
    op.create_index("ix_reports_came", "reports", ["district", came])
    op.create_index("ix_cases_opened", "cases", ["district", "opened_at"])
    for name, table, at, more in OF_SOME:
        where = sa.text(f"{at} IS NOT NULL")
        columns = ["district", at, *more]
        op.create_index(name, table, columns, postgresql_where=where, sqlite_where=where)


def downgrade() -> None:
    for name, table, _at, _more in reversed(OF_SOME):
        op.drop_index(name, table)
    op.drop_index("ix_cases_opened", "cases")
    op.drop_index("ix_reports_came", "reports")
