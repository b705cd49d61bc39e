"""Activities, claims, evidence, objections, duty facts, the year's end and spot checks.

What waits in the outbox knows until when it is worth sending, and whether only while people may be written to.
Revision: 0007.
"""

import sqlalchemy as sa
from alembic import op

from storage.guards import dropped_triggers, triggers

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
GUARDED = ("duty_fact", "unit_confirmation", "year_snapshot")


def _activities() -> None:
    op.create_table(
        "activity",
        sa.Column("number", Number, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("organiser", sa.String(64), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("batch", Number, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_through", sa.String(64), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("concluded_by", sa.String(64), nullable=False),
        sa.Column("concluded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_activity")),
    )
    op.create_index("ix_activity_digest", "activity", ["digest"])
    op.create_index("ix_activity_organiser", "activity", ["organiser"])
    op.create_index("ix_activity_state_starts_at", "activity", ["state", "starts_at"])
    op.create_table(
        "activity_unit",
        sa.Column("activity", Number, autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("place", Number, nullable=False),
        sa.PrimaryKeyConstraint("activity", "unit", name=op.f("pk_activity_unit")),
    )
    op.create_index("ix_activity_unit_unit", "activity_unit", ["unit"])
    op.create_table(
        "attendance",
        sa.Column("activity", Number, autoincrement=False, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("mark", sa.String(16), nullable=False),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("activity", "person", "day", name=op.f("pk_attendance")),
    )
    op.create_index("ix_attendance_person_day", "attendance", ["person", "day"])
    op.create_table(
        "wrong_code",
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", Number, nullable=False),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_wrong_code")),
    )


def _claims() -> None:
    op.create_table(
        "claim",
        sa.Column("number", Number, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("stated", sa.Text(), nullable=False),
        sa.Column("alike", sa.String(64), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("level", sa.String(64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("doubles", sa.Text(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(64), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_claim")),
    )
    op.create_index("ix_claim_alike", "claim", ["alike"])
    op.create_index("ix_claim_person", "claim", ["person"])
    op.create_index("ix_claim_source", "claim", ["source"])
    op.create_index("ix_claim_state_due_on", "claim", ["state", "due_on"])
    op.create_table(
        "evidence",
        sa.Column("number", Number, nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_evidence")),
    )
    op.create_index("ix_evidence_state", "evidence", ["state"])
    op.create_index("ix_evidence_subject", "evidence", ["subject"])
    op.create_table(
        "objection",
        sa.Column("number", Number, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("against", sa.String(64), nullable=False),
        sa.Column("level", sa.String(64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch", Number, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_objection")),
    )
    op.create_index("ix_objection_person", "objection", ["person"])
    op.create_index("ix_objection_state_due_on", "objection", ["state", "due_on"])


def _duties() -> None:
    op.create_table(
        "duty_fact",
        sa.Column("id", Number, nullable=False),
        sa.Column("quota", sa.String(32), nullable=False),
        sa.Column("subject", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("activity", Number, nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("source_ref", sa.String(128), nullable=False),
        sa.Column("recorded_by", sa.String(64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revokes", Number, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duty_fact")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_duty_fact_source_source_ref")),
    )
    op.create_index("ix_duty_fact_activity", "duty_fact", ["activity"])
    op.create_index("ix_duty_fact_subject", "duty_fact", ["subject"])
    op.create_index("ix_duty_fact_year", "duty_fact", ["year"])
    op.create_table(
        "study_plan",
        sa.Column("number", Number, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("form", sa.String(16), nullable=False),
        sa.Column("laws", sa.Text(), nullable=False),
        sa.Column("responsible", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_study_plan")),
    )
    op.create_index("ix_study_plan_year", "study_plan", ["year"])
    op.create_table(
        "known_law",
        sa.Column("number", Number, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("law", sa.Text(), nullable=False),
        sa.Column("group", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_known_law")),
    )
    op.create_index("ix_known_law_year", "known_law", ["year"])


def _roll_and_year() -> None:
    op.create_table(
        "roll_report",
        sa.Column("number", Number, nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("receiving", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_by", sa.String(64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("batch", Number, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_roll_report")),
    )
    op.create_index("ix_roll_report_state", "roll_report", ["state"])
    op.create_index("ix_roll_report_unit_month", "roll_report", ["unit", "month"])
    op.create_table(
        "year_snapshot",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("head_seq", Number, nullable=False),
        sa.Column("head_hash", sa.String(64), nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_year_snapshot")),
    )
    op.create_table(
        "unit_confirmation",
        sa.Column("id", Number, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("head_seq", Number, nullable=False),
        sa.Column("figures", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_confirmation")),
    )
    op.create_index("ix_unit_confirmation_year_unit", "unit_confirmation", ["year", "unit"])
    op.create_table(
        "spot_check",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("seed", sa.String(64), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("through_seq", Number, nullable=False),
        sa.Column("pool", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_spot_check")),
    )
    op.create_table(
        "spot_check_line",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("result", sa.String(16), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("batch", Number, nullable=False),
        sa.PrimaryKeyConstraint("month", "seq", name=op.f("pk_spot_check_line")),
    )
    op.create_index("ix_spot_check_line_result", "spot_check_line", ["result"])


def _outbox() -> None:
    with op.batch_alter_table("outbox") as rows:
        rows.add_column(sa.Column("not_after", sa.DateTime(timezone=True), nullable=True))
        rows.add_column(sa.Column("waking", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("outbox") as rows:
        rows.alter_column("waking", server_default=None)


def _places() -> None:
    """A file has an id of its own for each broadcast, or WeCom would take the second one for a repeat."""
    op.create_table(
        "media_place",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("use", sa.String(64), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", "use", name=op.f("pk_media_place")),
    )
    op.execute(
        "INSERT INTO media_place (digest, use, media_id, uploaded_at) "
        "SELECT digest, '', media_id, uploaded_at FROM media WHERE media_id <> '' AND uploaded_at IS NOT NULL"
    )
    with op.batch_alter_table("media") as rows:
        rows.drop_column("media_id")
        rows.drop_column("uploaded_at")


def _places_back() -> None:
    with op.batch_alter_table("media") as rows:
        rows.add_column(sa.Column("media_id", sa.Text(), nullable=False, server_default=""))
        rows.add_column(sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("media") as rows:
        rows.alter_column("media_id", server_default=None)
    op.drop_table("media_place")


def upgrade() -> None:
    _activities()
    _claims()
    _duties()
    _roll_and_year()
    _outbox()
    _places()
    for statement in triggers(op.get_bind().dialect.name, GUARDED):
        op.execute(statement)


def downgrade() -> None:
    for statement in dropped_triggers(op.get_bind().dialect.name, GUARDED):
        op.execute(statement)
    _places_back()
    with op.batch_alter_table("outbox") as rows:
        rows.drop_column("waking")
        rows.drop_column("not_after")
    for table in (
        "spot_check_line",
        "spot_check",
        "unit_confirmation",
        "year_snapshot",
        "roll_report",
        "known_law",
        "study_plan",
        "duty_fact",
        "objection",
        "evidence",
        "claim",
        "wrong_code",
        "attendance",
        "activity_unit",
        "activity",
    ):
        op.drop_table(table)
