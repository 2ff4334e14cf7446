"""Standards say who set them; posts, their holders, and who is away.

Revision: 0016, after 0015.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "posts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=80), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('head', 'complaints', 'caseworker', 'psychologist', 'legal',"
            " 'administration', 'driver', 'other')",
            name=op.f("ck_posts_kind"),
        ),
        sa.ForeignKeyConstraint(["district"], ["districts.code"], name=op.f("fk_posts_district")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posts_district"), ["district"], unique=False)

    op.create_table(
        "absences",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("struck_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("until >= since", name=op.f("ck_absences_order")),
        sa.ForeignKeyConstraint(["noted_by"], ["people.id"], name=op.f("fk_absences_noted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index("ix_absences_person", ["person_id", "until"], unique=False)

    op.create_table(
        "post_terms",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("post_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("acting", sa.Boolean(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "NOT acting OR until IS NOT NULL", name=op.f("ck_post_terms_acting_ends")
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_post_terms_order")),
        sa.ForeignKeyConstraint(["noted_by"], ["people.id"], name=op.f("fk_post_terms_noted_by")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_post_terms_person_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_post_terms_post_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post_terms")),
    )
    with op.batch_alter_table("post_terms", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_post_terms_person_id"), ["person_id"], unique=False)
        batch_op.create_index("ix_post_terms_post", ["post_id", "since"], unique=False)

    with op.batch_alter_table("district_settings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("source", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("set_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("set_by", sa.Uuid(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_district_settings_set_by"), "people", ["set_by"], ["id"]
        )

    with op.batch_alter_table("work_log", schema=None) as batch_op:
        batch_op.add_column(sa.Column("struck_why", sa.String(length=12), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("work_log", schema=None) as batch_op:
        batch_op.drop_column("struck_why")

    with op.batch_alter_table("district_settings", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_district_settings_set_by"), type_="foreignkey")
        batch_op.drop_column("set_by")
        batch_op.drop_column("set_at")
        batch_op.drop_column("source")

    with op.batch_alter_table("post_terms", schema=None) as batch_op:
        batch_op.drop_index("ix_post_terms_post")
        batch_op.drop_index(batch_op.f("ix_post_terms_person_id"))

    op.drop_table("post_terms")
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.drop_index("ix_absences_person")

    op.drop_table("absences")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_posts_district"))

    op.drop_table("posts")
