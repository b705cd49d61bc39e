"""Broadcasts, quizzes, shared files, and what the processes of one channel share.

Files that wait in the outbox move to a table of their own. Revision: 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _broadcasts() -> None:
    op.create_table(
        "broadcast",
        sa.Column("number", Number, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("settings", sa.Text(), nullable=False),
        sa.Column("series", Number, nullable=False),
        sa.Column("slot", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("media", sa.String(64), nullable=False),
        sa.Column("sender", sa.String(64), nullable=False),
        sa.Column("via", sa.String(16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("send_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_through", sa.String(64), nullable=False),
        sa.Column("pending", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded_through", sa.String(64), nullable=False),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_broadcast")),
        sa.UniqueConstraint("series", "slot", name=op.f("uq_broadcast_series_slot")),
    )
    op.create_index("ix_broadcast_state", "broadcast", ["state"])
    op.create_index("ix_broadcast_digest", "broadcast", ["digest"])
    op.create_table(
        "broadcast_question",
        sa.Column("broadcast", Number, autoincrement=False, nullable=False),
        sa.Column("item", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("question", sa.String(128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast", "item", name=op.f("pk_broadcast_question")),
    )


def _receivers_and_answers() -> None:
    op.create_table(
        "broadcast_receiver",
        sa.Column("broadcast", Number, autoincrement=False, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("left_out", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("broadcast", "person", name=op.f("pk_broadcast_receiver")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_broadcast_receiver_person", "broadcast_receiver", ["person"])
    op.create_table(
        "broadcast_part",
        sa.Column("broadcast", Number, autoincrement=False, nullable=False),
        sa.Column("part", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("ref", sa.String(128), nullable=False),
        sa.Column("persons", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast", "part", "unit", name=op.f("pk_broadcast_part")),
    )
    op.create_table(
        "quiz_answer",
        sa.Column("broadcast", Number, autoincrement=False, nullable=False),
        sa.Column("item", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.String(64), nullable=False),
        sa.Column("unit", sa.String(64), nullable=False),
        sa.Column("question", sa.String(128), nullable=False),
        sa.Column("chosen", sa.String(32), nullable=False),
        sa.Column("correct", sa.Boolean(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("earned_hundredths", sa.Integer(), nullable=False),
        sa.Column("posted_hundredths", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast", "item", "person", name=op.f("pk_quiz_answer")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_quiz_answer_person", "quiz_answer", ["person"])


def _pace() -> None:
    op.create_table(
        "account_minute",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "account", "minute", name=op.f("pk_account_minute")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_account_minute_minute", "account_minute", ["minute"])
    op.create_table(
        "call_minute",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("path", sa.String(64), nullable=False),
        sa.Column("minute", sa.DateTime(timezone=True), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "path", "minute", name=op.f("pk_call_minute")),
    )
    op.create_table(
        "send_day",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sends", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel", "day", name=op.f("pk_send_day")),
    )
    op.create_table(
        "channel_state",
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_code", sa.Integer(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("token_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("renewing_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_state")),
    )
    op.add_column("job_run", sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True))


def _files_to_media() -> None:
    """What waits keeps its file; each row's under a key of its own."""
    op.create_table(
        "media",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("type", sa.String(8), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("media_id", sa.Text(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_media")),
    )
    op.execute(
        "INSERT INTO media (digest, name, type, content, kept_at, media_id) "
        "SELECT 'outbox-' || id, file_name, file_type, file, queued_at, '' FROM outbox WHERE length(file) > 0"
    )
    with op.batch_alter_table("outbox") as rows:
        rows.add_column(sa.Column("media", sa.String(64), nullable=False, server_default=""))
        rows.add_column(sa.Column("maybe_twice", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE outbox SET media = 'outbox-' || id WHERE length(file) > 0")
    with op.batch_alter_table("outbox") as rows:
        rows.alter_column("media", server_default=None)
        rows.alter_column("maybe_twice", server_default=None)
        for column in ("file", "file_name", "file_type"):
            rows.drop_column(column)
    filed = sa.text("media <> ''")
    op.create_index("ix_outbox_media", "outbox", ["media"], sqlite_where=filed, postgresql_where=filed)


def _files_back() -> None:
    empty = "''" if op.get_bind().dialect.name == "sqlite" else "''::bytea"
    op.drop_index("ix_outbox_media", table_name="outbox")
    with op.batch_alter_table("outbox") as rows:
        rows.add_column(sa.Column("file", sa.LargeBinary(), nullable=False, server_default=sa.text(empty)))
        rows.add_column(sa.Column("file_name", sa.Text(), nullable=False, server_default=""))
        rows.add_column(sa.Column("file_type", sa.String(8), nullable=False, server_default=""))
    op.execute(
        "UPDATE outbox SET file = m.content, file_name = m.name, file_type = m.type "
        "FROM media AS m WHERE m.digest = outbox.media"
    )
    with op.batch_alter_table("outbox") as rows:
        for column in ("file", "file_name", "file_type"):
            rows.alter_column(column, server_default=None)
        rows.drop_column("media")
        rows.drop_column("maybe_twice")
    op.drop_table("media")


def upgrade() -> None:
    _broadcasts()
    _receivers_and_answers()
    _pace()
    _files_to_media()


def downgrade() -> None:
    _files_back()
    with op.batch_alter_table("job_run") as rows:
        rows.drop_column("lease_until")
    for table in ("channel_state", "send_day", "call_minute", "account_minute", "quiz_answer", "broadcast_part"):
        op.drop_table(table)
    for table in ("broadcast_receiver", "broadcast_question", "broadcast"):
        op.drop_table(table)
