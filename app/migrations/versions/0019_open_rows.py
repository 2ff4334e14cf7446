"""Pages of open work cost the same however much has been closed: an index for each way of asking.

Revision: 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

IN_QUEUE = "open IS true"
ON_THE_BOARD = "state IN ('accepted', 'assigned', 'ended', 'expired', 'postponed', 'started')"
# Name, table, columns, which rows.
INDEXES = (
    ("ix_referrals_queue", "referrals", ["district", "due_at", "id"], IN_QUEUE),
    (
        "ix_referrals_unread",
        "referrals",
        ["district", "due_at", "id"],
        f"{IN_QUEUE} AND seen_at IS NULL",
    ),
    ("ix_referrals_risk", "referrals", ["district", "risk", "due_at", "id"], IN_QUEUE),
    (
        "ix_referrals_sos",
        "referrals",
        ["district", "due_at", "id"],
        f"{IN_QUEUE} AND emergency IS true",
    ),
    ("ix_referrals_taken", "referrals", ["district", "taken_by", "due_at", "id"], IN_QUEUE),
    ("ix_referrals_village", "referrals", ["district", "village", "due_at", "id"], IN_QUEUE),
    ("ix_referrals_same_as", "referrals", ["same_as"], "same_as IS NOT NULL"),
    ("ix_cases_open", "cases", ["district", "opened_at", "id"], "closed_at IS NULL"),
    ("ix_cases_closed", "cases", ["district", "closed_at", "id"], "closed_at IS NOT NULL"),
    ("ix_cases_mine", "cases", ["caseworker_id", "opened_at", "id"], "closed_at IS NULL"),
    ("ix_closings_asked", "closings", ["case_id"], "state = 'asked'"),
    ("ix_visits_board", "visits", ["district", "due_at", "id"], ON_THE_BOARD),
    (
        "ix_visits_over",
        "visits",
        ["district", "changed_at", "id"],
        "state IN ('declined', 'recorded')",
    ),
    ("ix_service_referrals_made", "service_referrals", ["district", "made_at", "id"], None),
    ("ix_person_roles_role", "person_roles", ["role", "person_id"], None),
)
FORMER = (
    ("ix_referrals_queue", "referrals", ["district", "open", "due_at", "id"]),
    ("ix_visits_board", "visits", ["district", "state", "due_at"]),
)


def upgrade() -> None:
    for name, table, _columns in FORMER:
        op.drop_index(name, table)
    for name, table, columns, which in INDEXES:
        where = sa.text(which) if which else None
        on_file = sa.text(which.replace("IS true", "IS 1")) if which else None
        op.create_index(name, table, columns, postgresql_where=where, sqlite_where=on_file)


def downgrade() -> None:
    for name, table, _columns, _which in reversed(INDEXES):
        op.drop_index(name, table)
    for name, table, columns in FORMER:
        op.create_index(name, table, columns)
