"""群发: what was ordered, to whom it went, and what was answered to a quiz."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from storage.tables.base import Number, metadata
from storage.types import Instant

broadcast = Table(
    "broadcast",
    metadata,
    Column("number", Number, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("settings", Text, nullable=False),  # `training.broadcasts.Settings`
    Column("series", Number, nullable=False),  # 0: none
    Column("slot", Instant),  # the time of the series at which it was made
    Column("digest", String(64), nullable=False),  # of the file that ordered it, or empty
    Column("media", String(64), nullable=False),  # digest of the file that is sent, or empty
    Column("sender", String(64), nullable=False),
    Column("via", String(16), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("send_at", Instant),  # of a series: of its next one
    Column("closes_at", Instant),
    Column("remind_at", Instant),
    # How far the audience is resolved, and what is resolved and not queued yet, as JSON.
    Column("resolved_through", String(64), nullable=False),
    Column("pending", Text, nullable=False),
    Column("queued_at", Instant),
    Column("reminded_through", String(64), nullable=False),
    Column("reminded_at", Instant),
    Column("closed_at", Instant),
    Column("note", Text, nullable=False),  # why it was stopped, cancelled or recalled
    UniqueConstraint("series", "slot"),
    Index("ix_broadcast_state", "state"),
    Index("ix_broadcast_digest", "digest"),
)

# Frozen at sending: what is asked, in order; `question` is empty for one that was written for it.
broadcast_question = Table(
    "broadcast_question",
    metadata,
    Column("broadcast", Number, primary_key=True, autoincrement=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("question", String(128), nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", Text, nullable=False),
)

# The audience of the moment of sending, kept; `left_out` is empty for those who were written to.
broadcast_receiver = Table(
    "broadcast_receiver",
    metadata,
    Column("broadcast", Number, primary_key=True, autoincrement=False),
    Column("person", String(64), primary_key=True),
    Column("unit", String(64), nullable=False),
    Column("left_out", String(16), nullable=False),
    Index("ix_broadcast_receiver_person", "person"),
    sqlite_with_rowid=False,
)

# How many people of a unit a part of at most 1000 receivers goes to: live results without a look at each of them.
broadcast_part = Table(
    "broadcast_part",
    metadata,
    Column("broadcast", Number, primary_key=True, autoincrement=False),
    Column("part", Integer, primary_key=True, autoincrement=False),
    Column("unit", String(64), primary_key=True),
    Column("ref", String(128), nullable=False),  # of the last of its messages in the outbox
    Column("persons", Integer, nullable=False),
)

quiz_answer = Table(
    "quiz_answer",
    metadata,
    Column("broadcast", Number, primary_key=True, autoincrement=False),
    Column("item", Integer, primary_key=True, autoincrement=False),
    Column("person", String(64), primary_key=True),
    Column("unit", String(64), nullable=False),
    Column("question", String(128), nullable=False),
    Column("chosen", String(32), nullable=False),
    Column("correct", Boolean, nullable=False),
    Column("answered_at", Instant, nullable=False),
    Column("earned_hundredths", Integer, nullable=False),
    Column("posted_hundredths", Integer, nullable=False),
    Index("ix_quiz_answer_person", "person"),
    sqlite_with_rowid=False,
)

# Files that are sent, once each however many get them.
media = Table(
    "media",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("name", Text, nullable=False),
    Column("type", String(8), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", Instant, nullable=False),
)

# What the channel calls a file, for each use of it; WeCom's ids are good for 3 days.
media_place = Table(
    "media_place",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column(
        "use", String(64), primary_key=True
    ),  # such as `broadcast-12`; empty: of all that are sent to one person
    Column("media_id", Text, nullable=False),
    Column("uploaded_at", Instant, nullable=False),
)
