"""The frame: rolls, questions, the daily question, ledger, messages, machine.

Revision: 0001. No batch operation on append-only tables: it would rebuild the table and drop its triggers.
"""

import sqlalchemy as sa
from alembic import op

from storage.guards import DROPPED_FUNCTION, FRAME, GENESIS, dropped_triggers, triggers
from storage.types import Hours, Instant

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit_log",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("via", sa.String(length=32), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("before", sa.Text(), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit_log")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("working", sa.Boolean(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_day")),
    )
    op.create_table(
        "daily_question",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("group", sa.String(length=16), nullable=False),
        sa.Column("question", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("drawn_at", Instant(), nullable=False),
        sa.Column("wanted_at", Instant(), nullable=True),
        sa.Column("by_hand", sa.Boolean(), nullable=False),
        sa.Column("queued_through", sa.String(length=64), nullable=False),
        sa.Column("queued_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("day", "group", name=op.f("pk_daily_question")),
    )
    op.create_table(
        "feedback",
        sa.Column("id", Number, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", Instant(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=64), nullable=False),
        sa.Column("answered_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
    )
    op.create_table(
        "inbox",
        sa.Column("key", sa.String(length=160), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("reply", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_inbox")),
        postgresql_with={"toast_tuple_target": 4080},
    )
    op.create_index("ix_inbox_received_at", "inbox", ["received_at"], unique=False)
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(length=32), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("ran_at", Instant(), nullable=False),
        sa.Column("outcome", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("job", "due_at", name=op.f("pk_job_run")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("mark", sa.Boolean(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("form", sa.String(length=32), nullable=False),
        sa.Column("content_classes", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("organiser", sa.Text(), nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("hours", Hours(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.Column("source_ref", sa.String(length=128), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(length=64), nullable=False),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("reverses", Number, nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_ledger_entry")),
        sa.UniqueConstraint("source", "source_ref", name=op.f("uq_ledger_entry_source_source_ref")),
    )
    op.create_index("ix_ledger_entry_person_year", "ledger_entry", ["person", "year"], unique=False)
    op.create_table(
        "ledger_head",
        sa.Column("chain", sa.String(length=16), nullable=False),
        sa.Column("seq", Number, nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_ledger_head")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", Number, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.String(length=128), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=64), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("receivers", sa.Text(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("file_type", sa.String(length=8), nullable=False),
        sa.Column("lane", sa.String(length=160), nullable=False),
        sa.Column("mass", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("doubtful", sa.Boolean(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("queued_at", Instant(), nullable=False),
        sa.Column("first_tried_at", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("code", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("msgid", sa.Text(), nullable=False),
        sa.Column("response_code", sa.Text(), nullable=False),
        sa.Column("invalid", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("ref", "part", name=op.f("uq_outbox_ref_part")),
    )
    op.create_index("ix_outbox_lane_id", "outbox", ["lane", "id"], unique=False)
    op.create_index("ix_outbox_state_due_at", "outbox", ["state", "due_at"], unique=False)
    op.create_table(
        "person",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_person")),
    )
    op.create_table(
        "person_year",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("owed_hundredths", sa.Integer(), nullable=True),
        sa.Column("by_form", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "year", name=op.f("pk_person_year")),
        postgresql_with={"fillfactor": 50},
        sqlite_with_rowid=False,
    )
    op.create_table(
        "push_week",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("pushes", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person", "week", name=op.f("pk_push_week")),
    )
    op.create_table(
        "question",
        sa.Column("id", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("fold", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("fold", name=op.f("uq_question_fold")),
    )
    op.create_table(
        "unit",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit")),
    )
    op.create_table(
        "account",
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.number"], name=op.f("fk_account_person")),
        sa.PrimaryKeyConstraint("channel", "account", name=op.f("pk_account")),
    )
    op.create_index("ix_account_person", "account", ["person"], unique=False)
    op.create_table(
        "daily_answer",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("group", sa.String(length=16), nullable=False),
        sa.Column("chosen", sa.String(length=32), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("answered_at", Instant(), nullable=False),
        sa.Column("earned_hundredths", sa.Integer(), nullable=False),
        sa.Column("posted_hundredths", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("person", "day", name=op.f("pk_daily_answer")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "focus",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("ref", sa.String(length=160), nullable=False),
        sa.Column("shown_at", Instant(), nullable=False),
        sa.Column("earlier_kind", sa.String(length=16), nullable=False),
        sa.Column("earlier_ref", sa.String(length=160), nullable=False),
        sa.Column("earlier_shown_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.number"], name=op.f("fk_focus_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_focus")),
    )
    op.create_table(
        "person_fact",
        sa.Column("id", Number, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["person.number"], name=op.f("fk_person_fact_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_fact")),
    )
    op.create_index("ix_person_fact_subject", "person_fact", ["subject"], unique=False)
    op.create_table(
        "person_now",
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("category", sa.String(length=16), nullable=False),
        sa.Column("mark", sa.Boolean(), nullable=False),
        sa.Column("group", sa.String(length=16), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("managed_units", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("pushes", sa.Boolean(), nullable=False),
        sa.Column("next_change_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["number"], ["person.number"], name=op.f("fk_person_now_number")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_person_now")),
    )
    op.create_index("ix_person_now_next_change_on", "person_now", ["next_change_on"], unique=False)
    op.create_index("ix_person_now_unit", "person_now", ["unit"], unique=False)
    op.create_table(
        "person_status",
        sa.Column("id", Number, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=32), nullable=False),
        sa.Column("starts", sa.Date(), nullable=False),
        sa.Column("ends", sa.Date(), nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person"], ["person.number"], name=op.f("fk_person_status_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_status")),
    )
    op.create_index("ix_person_status_person", "person_status", ["person"], unique=False)
    op.create_table(
        "person_wishes",
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("mute_daily", sa.Boolean(), nullable=False),
        sa.Column("mute_reminders", sa.Boolean(), nullable=False),
        sa.Column("mute_notices", sa.Boolean(), nullable=False),
        sa.Column("streak", sa.Boolean(), nullable=False),
        sa.Column("text_only", sa.Boolean(), nullable=False),
        sa.Column("privacy_shown_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["person.number"], name=op.f("fk_person_wishes_person")),
        sa.PrimaryKeyConstraint("person", name=op.f("pk_person_wishes")),
    )
    op.create_table(
        "question_version",
        sa.Column("question", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["question"], ["question.id"], name=op.f("fk_question_version_question")),
        sa.PrimaryKeyConstraint("question", "version", name=op.f("pk_question_version")),
    )
    op.create_table(
        "unit_fact",
        sa.Column("id", Number, nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("field", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", Instant(), nullable=False),
        sa.Column("recorded_by", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["subject"], ["unit.code"], name=op.f("fk_unit_fact_subject")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_fact")),
    )
    op.create_index("ix_unit_fact_subject", "unit_fact", ["subject"], unique=False)
    op.create_table(
        "unit_now",
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("parent", sa.String(length=64), nullable=False),
        sa.Column("league", sa.Text(), nullable=False),
        sa.Column("next_change_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["code"], ["unit.code"], name=op.f("fk_unit_now_code")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_unit_now")),
    )
    heads = sa.table("ledger_head", sa.column("chain"), sa.column("seq"), sa.column("hash"))
    op.bulk_insert(heads, [{"chain": chain, "seq": 0, "hash": GENESIS} for chain in ("ledger", "audit")])
    for statement in triggers(op.get_bind().dialect.name, FRAME):
        op.execute(statement)


def downgrade() -> None:
    dialect = op.get_bind().dialect.name
    for statement in dropped_triggers(dialect, FRAME):
        op.execute(statement)
    if dialect == "postgresql":
        op.execute(DROPPED_FUNCTION)
    op.drop_table("unit_now")
    op.drop_index("ix_unit_fact_subject", table_name="unit_fact")
    op.drop_table("unit_fact")
    op.drop_table("question_version")
    op.drop_table("person_wishes")
    op.drop_index("ix_person_status_person", table_name="person_status")
    op.drop_table("person_status")
    op.drop_index("ix_person_now_unit", table_name="person_now")
    op.drop_index("ix_person_now_next_change_on", table_name="person_now")
    op.drop_table("person_now")
    op.drop_index("ix_person_fact_subject", table_name="person_fact")
    op.drop_table("person_fact")
    op.drop_table("focus")
    op.drop_table("daily_answer")
    op.drop_index("ix_account_person", table_name="account")
    op.drop_table("account")
    op.drop_table("unit")
    op.drop_table("question")
    op.drop_table("push_week")
    op.drop_table("person_year")
    op.drop_table("person")
    op.drop_index("ix_outbox_state_due_at", table_name="outbox")
    op.drop_index("ix_outbox_lane_id", table_name="outbox")
    op.drop_table("outbox")
    op.drop_table("ledger_head")
    op.drop_index("ix_ledger_entry_person_year", table_name="ledger_entry")
    op.drop_table("ledger_entry")
    op.drop_table("job_run")
    op.drop_index("ix_inbox_received_at", table_name="inbox")
    op.drop_table("inbox")
    op.drop_table("feedback")
    op.drop_table("daily_question")
    op.drop_table("calendar_day")
    op.drop_table("audit_log")
