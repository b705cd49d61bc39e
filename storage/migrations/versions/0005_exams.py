"""Exams: what was set, who is to sit, papers, sittings, answers, marks and changed keys.

Revision: 0005.
"""

import sqlalchemy as sa
from alembic import op

from storage.guards import dropped_triggers, triggers

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

GUARDED = ("exam_pool", "exam_paper", "exam_mark", "exam_key")
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _settings_and_papers() -> None:
    op.create_table(
        "exam",
        sa.Column("number", Number, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("makeup_of", Number, nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("basis_day", sa.Date(), nullable=True),
        sa.Column("scores_released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answers_released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("invited_through", sa.String(64), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("credited_through", sa.String(64), nullable=False),
        sa.Column("credited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_exam")),
    )
    op.create_table(
        "exam_pool",
        sa.Column("exam", Number, autoincrement=False, nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question", sa.String(128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("exam", "place", name=op.f("pk_exam_pool")),
    )
    op.create_table(
        "exam_roll",
        sa.Column("exam", Number, autoincrement=False, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("category", sa.String(16), nullable=False),
        sa.Column("mark", sa.Boolean(), nullable=False),
        sa.Column("group", sa.String(16), nullable=False),
        sa.Column("excuse", sa.String(16), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("excused_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("exam", "person", name=op.f("pk_exam_roll")),
    )
    op.create_index("ix_exam_roll_person", "exam_roll", ["person"])
    op.create_table(
        "exam_attempt",
        sa.Column("id", Number, nullable=False),
        sa.Column("exam", Number, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(16), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("full_marks", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_attempt")),
        sa.UniqueConstraint("exam", "person", "number", name=op.f("uq_exam_attempt_exam_person_number")),
    )
    op.create_index("ix_exam_attempt_ended_at_deadline_at", "exam_attempt", ["ended_at", "deadline_at"])
    op.create_index("ix_exam_attempt_person", "exam_attempt", ["person"])
    op.create_table(
        "exam_paper",
        sa.Column("attempt", Number, autoincrement=False, nullable=False),
        sa.Column("group", sa.String(16), nullable=False),
        sa.Column("seed", sa.String(128), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_exam_paper")),
    )


def _sittings_and_marks() -> None:
    op.create_table(
        "exam_progress",
        sa.Column("attempt", Number, autoincrement=False, nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("answered", sa.String(512), nullable=False),
        sa.Column("flagged", sa.String(512), nullable=False),
        sa.PrimaryKeyConstraint("attempt", name=op.f("pk_exam_progress")),
    )
    op.create_table(
        "exam_answer",
        sa.Column("attempt", Number, autoincrement=False, nullable=False),
        sa.Column("item", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("chosen", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("attempt", "item", name=op.f("pk_exam_answer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "exam_mark",
        sa.Column("attempt", Number, autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("earned", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("batch", Number, nullable=True),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("attempt", "version", name=op.f("pk_exam_mark")),
    )
    op.create_table(
        "exam_key",
        sa.Column("id", Number, nullable=False),
        sa.Column("exam", Number, nullable=False),
        sa.Column("question", sa.String(128), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("batch", Number, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exam_key")),
    )
    op.create_index("ix_exam_key_exam", "exam_key", ["exam"])


def upgrade() -> None:
    _settings_and_papers()
    _sittings_and_marks()
    for statement in triggers(op.get_bind().dialect.name, GUARDED):
        op.execute(statement)


def downgrade() -> None:
    for statement in dropped_triggers(op.get_bind().dialect.name, GUARDED):
        op.execute(statement)
    op.drop_table("exam_key")
    op.drop_table("exam_mark")
    op.drop_table("exam_answer")
    op.drop_table("exam_progress")
    op.drop_table("exam_paper")
    op.drop_table("exam_attempt")
    op.drop_table("exam_roll")
    op.drop_table("exam_pool")
    op.drop_table("exam")
