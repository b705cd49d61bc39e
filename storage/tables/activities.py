"""培训活动: what was planned, who held it, and who was there on which day."""

from sqlalchemy import Column, Date, Index, LargeBinary, String, Table, Text

from storage.tables.base import Number, metadata
from storage.types import Instant

activity = Table(
    "activity",
    metadata,
    Column("number", Number, primary_key=True),
    Column("state", String(16), nullable=False),
    Column("settings", Text, nullable=False),  # `training.activities.Settings`
    Column("form", String(16), nullable=False),
    Column("organiser", String(64), nullable=False),
    Column("starts_at", Instant, nullable=False),  # of the first session
    Column("ends_at", Instant, nullable=False),  # of the last one
    Column("secret", LargeBinary, nullable=False),  # makes the codes of its sign-in
    Column("minutes", Text, nullable=False),  # of each session as it really was, separated by commas
    Column("batch", Number, nullable=False),  # that posts it when a second person confirms; 0: none
    Column("digest", String(64), nullable=False),  # of the file that ordered it, or empty
    Column("created_by", String(64), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("invited_through", String(64), nullable=False),  # up to this 人员编号, and when all were
    Column("invited_at", Instant),
    Column("concluded_by", String(64), nullable=False),
    Column("concluded_at", Instant),
    Column("posted_at", Instant),
    Column("note", Text, nullable=False),  # why it was cancelled or returned
    Index("ix_activity_state_starts_at", "state", "starts_at"),
    Index("ix_activity_organiser", "organiser"),
    Index("ix_activity_digest", "digest"),
)

# Who holds it; place 0 is the host.
activity_unit = Table(
    "activity_unit",
    metadata,
    Column("activity", Number, primary_key=True, autoincrement=False),
    Column("unit", String(64), primary_key=True),
    Column("place", Number, nullable=False),
    Index("ix_activity_unit_unit", "unit"),
)

# A row a person and day.
attendance = Table(
    "attendance",
    metadata,
    Column("activity", Number, primary_key=True, autoincrement=False),
    Column("person", String(64), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("unit", String(64), nullable=False),
    Column("mark", String(16), nullable=False),  # `training.activities.Mark`
    Column("came_at", Instant),
    Column("left_at", Instant),
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_attendance_person_day", "person", "day"),
)

# Wrong codes that somebody typed: guessing is slowed down.
wrong_code = Table(
    "wrong_code",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("since", Instant, nullable=False),
    Column("tries", Number, nullable=False),
)
