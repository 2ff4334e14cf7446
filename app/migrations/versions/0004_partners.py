"""Partners, what is asked of them, what they answer, what is asked back.

Revision: 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "partners",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("name_key", sa.String(length=80), nullable=False),
        sa.Column("address", sa.String(length=120), nullable=True),
        sa.Column("elsewhere", sa.Boolean(), nullable=False),
        sa.Column("mou", sa.String(length=40), nullable=False),
        sa.Column("mou_number", sa.String(length=60), nullable=True),
        sa.Column("mou_from", sa.Date(), nullable=True),
        sa.Column("mou_until", sa.Date(), nullable=True),
        sa.Column("mou_scope", sa.String(length=200), nullable=True),
        sa.Column("hours", sa.String(length=80), nullable=True),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("fee", sa.String(length=40), nullable=False),
        sa.Column("accessibility", sa.String(length=160), nullable=False),
        sa.Column("fallback_id", sa.Uuid(), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=True),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "fee IN ('free', 'insurance', 'paid', 'unknown')", name=op.f("ck_partners_fee")
        ),
        sa.CheckConstraint(
            "kind <> 'shelter' OR address IS NULL", name=op.f("ck_partners_no_shelter_address")
        ),
        sa.CheckConstraint(
            "kind IN ('uptd_ppa', 'clinic', 'midwife_post', 'hospital', 'police_ppa', 'cyber_unit', 'prosecutor', 'district_court', 'religious_court', 'bapas', 'legal_aid', 'women_child_ngo', 'social_office', 'shelter', 'education_office', 'school', 'civil_registry', 'manpower_office', 'bp3mi', 'kua', 'baznas', 'psychologist', 'puspaga', 'university', 'lpsk', 'village', 'faith_leader', 'other')",
            name=op.f("ck_partners_kind"),
        ),
        sa.CheckConstraint(
            "mou IN ('none', 'draft', 'in_talks', 'in_force', 'ending', 'ended', 'not_needed')",
            name=op.f("ck_partners_mou"),
        ),
        sa.CheckConstraint("fallback_id <> id", name=op.f("ck_partners_no_own_fallback")),
        sa.ForeignKeyConstraint(["checked_by"], ["people.id"], name=op.f("fk_partners_checked_by")),
        sa.ForeignKeyConstraint(
            ["district"], ["districts.code"], name=op.f("fk_partners_district")
        ),
        sa.ForeignKeyConstraint(
            ["fallback_id"], ["partners.id"], name=op.f("fk_partners_fallback_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partners")),
    )
    with op.batch_alter_table("partners", schema=None) as batch_op:
        batch_op.create_index("ix_partners_name", ["district", "name_key", "id"], unique=False)

    op.create_table(
        "service_referrals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("settlement_banned", sa.Boolean(), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("partner_id", sa.Uuid(), nullable=True),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=True),
        sa.Column("escort", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=40), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("basis", sa.String(length=20), nullable=True),
        sa.Column("without_mou", sa.Boolean(), nullable=False),
        sa.Column("lacks", sa.String(length=160), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Uuid(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("scheduled_on", sa.Date(), nullable=True),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(length=20), nullable=True),
        sa.Column("former_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_kid", sa.String(length=64), nullable=True),
        sa.Column("sealed_schema", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "escort IN ('with_officer', 'without', 'cadre_asked')",
            name=op.f("ck_service_referrals_escort"),
        ),
        sa.CheckConstraint(
            "service IN ('medical', 'psychosocial', 'legal', 'social_rehabilitation', 'reintegration', 'transport', 'religious_support')",
            name=op.f("ck_service_referrals_service"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'awaiting_approval', 'sent', 'accepted', 'scheduled', 'served', 'done', 'partner_refused', 'survivor_refused', 'no_show', 'expired', 'rerouted', 'cancelled', 'recalled')",
            name=op.f("ck_service_referrals_state"),
        ),
        sa.CheckConstraint(
            "what IN ('first_aid', 'medicolegal', 'rape_72h', 'mental_health', 'counselling', 'psychologist', 'psychiatrist', 'legal_aid', 'police_report', 'protection_order', 'victim_fund', 'content_removal', 'marriage_dispensation_hearing', 'civil_mediation', 'shelter', 'institution', 'skills', 'economic', 'home_service', 'return_home', 'family', 'school', 'work', 'documents', 'migrant_protection')",
            name=op.f("ck_service_referrals_what"),
        ),
        sa.CheckConstraint(
            "what IS NULL OR what <> 'civil_mediation' OR partner_id IS NULL",
            name=op.f("ck_service_referrals_mediation_by_us_only"),
        ),
        sa.CheckConstraint(
            "what IS NULL OR what <> 'civil_mediation' OR state IN ('cancelled', 'recalled') OR NOT settlement_banned",
            name=op.f("ck_service_referrals_no_settlement"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"], ["people.id"], name=op.f("fk_service_referrals_approved_by")
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "settlement_banned"],
            ["cases.id", "cases.settlement_banned"],
            name=op.f("fk_service_referrals_case_id_settlement_banned"),
            onupdate="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["district"], ["districts.code"], name=op.f("fk_service_referrals_district")
        ),
        sa.ForeignKeyConstraint(
            ["former_id"], ["service_referrals.id"], name=op.f("fk_service_referrals_former_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["people.id"], name=op.f("fk_service_referrals_made_by")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["partners.id"], name=op.f("fk_service_referrals_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_referrals")),
    )
    with op.batch_alter_table("service_referrals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_service_referrals_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_service_referrals_due", ["district", "state", "reply_due_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_service_referrals_partner_id"), ["partner_id"], unique=False
        )

    op.create_table(
        "simfoni_refs",
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("ref", sa.String(length=40), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_simfoni_refs_case_id")),
        sa.ForeignKeyConstraint(["noted_by"], ["people.id"], name=op.f("fk_simfoni_refs_noted_by")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_simfoni_refs")),
    )
    op.create_table(
        "unmet_needs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("case_id", sa.Uuid(), nullable=False),
        sa.Column("service", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("why", sa.String(length=12), nullable=False),
        sa.Column("lacks", sa.String(length=160), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("why IN ('access', 'no_mou')", name=op.f("ck_unmet_needs_why")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_unmet_needs_case_id")),
        sa.ForeignKeyConstraint(
            ["district"], ["districts.code"], name=op.f("fk_unmet_needs_district")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unmet_needs")),
        sa.UniqueConstraint(
            "case_id",
            "service",
            "what",
            "why",
            name=op.f("uq_unmet_needs_case_id_service_what_why"),
        ),
    )
    with op.batch_alter_table("unmet_needs", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unmet_needs_district"), ["district"], unique=False)

    op.create_table(
        "partner_links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=20), nullable=True),
        sa.Column("refusal", sa.String(length=20), nullable=True),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("settled", sa.String(length=12), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["made_by"], ["people.id"], name=op.f("fk_partner_links_made_by")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service_referrals.id"], name=op.f("fk_partner_links_service_id")
        ),
        sa.ForeignKeyConstraint(
            ["settled_by"], ["people.id"], name=op.f("fk_partner_links_settled_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_links")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_partner_links_token_hash")),
    )
    with op.batch_alter_table("partner_links", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_partner_links_service_id"), ["service_id"], unique=False
        )

    op.create_table(
        "recalls",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("withdrawal_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("district", sa.String(length=13), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=24), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "result IN ('recalled', 'kept_by_partner_law', 'already_done')",
            name=op.f("ck_recalls_result"),
        ),
        sa.ForeignKeyConstraint(["district"], ["districts.code"], name=op.f("fk_recalls_district")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service_referrals.id"], name=op.f("fk_recalls_service_id")
        ),
        sa.ForeignKeyConstraint(["settled_by"], ["people.id"], name=op.f("fk_recalls_settled_by")),
        sa.ForeignKeyConstraint(
            ["withdrawal_id"], ["withdrawals.id"], name=op.f("fk_recalls_withdrawal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recalls")),
        sa.UniqueConstraint(
            "withdrawal_id", "service_id", name=op.f("uq_recalls_withdrawal_id_service_id")
        ),
    )
    with op.batch_alter_table("recalls", schema=None) as batch_op:
        batch_op.create_index("ix_recalls_due", ["district", "settled_at", "due_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_recalls_service_id"), ["service_id"], unique=False)

    op.create_table(
        "service_steps",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Uuid(), nullable=True),
        sa.Column("from_state", sa.String(length=40), nullable=False),
        sa.Column("to_state", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("sealed_kid", sa.String(length=64), nullable=True),
        sa.Column("sealed_schema", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["by"], ["people.id"], name=op.f("fk_service_steps_by")),
        sa.ForeignKeyConstraint(
            ["service_id"], ["service_referrals.id"], name=op.f("fk_service_steps_service_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_steps")),
    )
    with op.batch_alter_table("service_steps", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_service_steps_service_id"), ["service_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("service_steps", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_steps_service_id"))

    op.drop_table("service_steps")
    with op.batch_alter_table("recalls", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_recalls_service_id"))
        batch_op.drop_index("ix_recalls_due")

    op.drop_table("recalls")
    with op.batch_alter_table("partner_links", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_links_service_id"))

    op.drop_table("partner_links")
    with op.batch_alter_table("unmet_needs", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unmet_needs_district"))

    op.drop_table("unmet_needs")
    op.drop_table("simfoni_refs")
    with op.batch_alter_table("service_referrals", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_service_referrals_partner_id"))
        batch_op.drop_index("ix_service_referrals_due")
        batch_op.drop_index(batch_op.f("ix_service_referrals_case_id"))

    op.drop_table("service_referrals")
    with op.batch_alter_table("partners", schema=None) as batch_op:
        batch_op.drop_index("ix_partners_name")

    op.drop_table("partners")
