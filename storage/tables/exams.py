"""Exams: what was set, who is to sit, papers, sittings, answers, marks and changed keys.

What changes with every answer is small and stands apart (`exam_progress`) from what never changes. Scores are whole
hundredths of a point.
"""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import Number, metadata
from storage.types import Instant

exam = Table(
    "exam",
    metadata,
    Column("number", Number, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("settings", Text, nullable=False),  # `training.exams.Settings`
    Column("makeup_of", Number, nullable=False),  # 0: none
    Column("opens_at", Instant, nullable=False),
    Column("closes_at", Instant, nullable=False),
    Column("basis_day", Date),  # 应考名单 as of this day, from publishing on
    Column("scores_released_at", Instant),
    Column("answers_released_at", Instant),
    # Who was invited and who got hours and word of the score: up to this 人员编号, and when all were.
    Column("invited_through", String(64), nullable=False),
    Column("invited_at", Instant),
    Column("credited_through", String(64), nullable=False),
    Column("credited_at", Instant),
    Column("created_at", Instant, nullable=False),
    Column("created_by", String(64), nullable=False),
)

# Frozen at publishing: the questions from which papers are drawn, in the order of their places.
exam_pool = Table(
    "exam_pool",
    metadata,
    Column("exam", Number, primary_key=True, autoincrement=False),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("question", String(128), nullable=False),
    Column("version", Integer, nullable=False),
)

# 应考名单: who is to sit, with unit, category and group of the basis day.
exam_roll = Table(
    "exam_roll",
    metadata,
    Column("exam", Number, primary_key=True, autoincrement=False),
    Column("person", String(64), primary_key=True),
    Column("unit", String(64), nullable=False),
    Column("category", String(16), nullable=False),
    Column("mark", Boolean, nullable=False),
    Column("group", String(16), nullable=False),
    Column("excuse", String(16), nullable=False),
    Column("document", Text, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("excused_at", Instant),
    Index("ix_exam_roll_person", "person"),
)

exam_attempt = Table(
    "exam_attempt",
    metadata,
    Column("id", Number, primary_key=True),
    Column("exam", Number, nullable=False),
    Column("person", String(64), nullable=False),
    Column("number", Integer, nullable=False),  # 1 for the first sitting
    Column("mode", String(16), nullable=False),  # where it was sat: `chat`, or on `paper` and imported
    Column("started_at", Instant, nullable=False),
    Column("deadline_at", Instant, nullable=False),
    Column("ended_at", Instant),
    Column("ended_by", String(16), nullable=False),
    Column("score", Integer),  # the newest of its marks
    Column("full_marks", Integer, nullable=False),
    Column("evidence", Text, nullable=False),
    UniqueConstraint("exam", "person", "number"),
    Index("ix_exam_attempt_ended_at_deadline_at", "ended_at", "deadline_at"),
    Index("ix_exam_attempt_person", "person"),
)

exam_paper = Table(
    "exam_paper",
    metadata,
    Column("attempt", Number, primary_key=True, autoincrement=False),
    Column("group", String(16), nullable=False),
    Column("seed", String(128), nullable=False),
    Column("items", Text, nullable=False),  # `training.papers.Paper`
)

exam_progress = Table(
    "exam_progress",
    metadata,
    Column("attempt", Number, primary_key=True, autoincrement=False),
    Column("at", Integer, nullable=False),  # the item shown last, from 0
    Column("answered", String(512), nullable=False),  # a letter an item: `1` answered, `0` not
    Column("flagged", String(512), nullable=False),
)

# The answer that counts: of several to one item the one given last, which need not be the one that came last.
exam_answer = Table(
    "exam_answer",
    metadata,
    Column("attempt", Number, primary_key=True, autoincrement=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("chosen", Text, nullable=False),  # letters as the bank has them, or the texts of blanks as JSON
    Column("sent_at", Instant, nullable=False),
    Column("received_at", Instant, nullable=False),
    sqlite_with_rowid=False,
)

# Append-only: a sitting marked again keeps what it had.
exam_mark = Table(
    "exam_mark",
    metadata,
    Column("attempt", Number, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("score", Integer, nullable=False),
    Column("earned", Text, nullable=False),  # of each item, exact: `3/2` of a hundredth …
    Column("reason", Text, nullable=False),
    Column("batch", Number),
    Column("marked_at", Instant, nullable=False),
)

# Append-only: keys that were wrong, from the moment a second person confirmed it.
exam_key = Table(
    "exam_key",
    metadata,
    Column("id", Number, primary_key=True),
    Column("exam", Number, nullable=False),
    Column("question", String(128), nullable=False),
    Column("voided", Boolean, nullable=False),
    Column("answer", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("batch", Number, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Index("ix_exam_key_exam", "exam"),
)
