"""Questions with their versions, the daily question and its answers."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import metadata
from storage.types import Instant

question = Table(
    "question",
    metadata,
    Column("id", String(128), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("fold", String(64), nullable=False),
    UniqueConstraint("fold"),
)

question_version = Table(
    "question_version",
    metadata,
    Column("question", ForeignKey("question.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", String(64), nullable=False),
)

daily_question = Table(
    "daily_question",
    metadata,
    Column("day", Date, primary_key=True),
    Column("group", String(16), primary_key=True),
    Column("question", String(128), nullable=False),
    Column("version", Integer, nullable=False),
    Column("drawn_at", Instant, nullable=False),
    # The push: ordered, queued up to this 人员编号, all queued. What was cut short goes on from here.
    Column("wanted_at", Instant),
    Column("by_hand", Boolean, nullable=False),
    Column("queued_through", String(64), nullable=False),
    Column("queued_at", Instant),
)

# No foreign key: who answers was just read, nobody is ever deleted, and a rush would pay for looking again.
daily_answer = Table(
    "daily_answer",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("group", String(16), nullable=False),
    Column("chosen", String(32), nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Column("earned_hundredths", Integer, nullable=False),
    Column("posted_hundredths", Integer, nullable=False),
    sqlite_with_rowid=False,
)
