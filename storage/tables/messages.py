"""What came in, what goes out, and what a typed word goes to."""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables.base import Number, metadata
from storage.types import Instant

inbox = Table(
    "inbox",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("account", String(64), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("reply", LargeBinary, nullable=False),
    Index("ix_inbox_received_at", "received_at"),
    # Bytes: a usual card's reply stays in its row, instead of going compressed and in pieces to a second table.
    postgresql_with={"toast_tuple_target": 4080},
)

focus = Table(
    "focus",
    metadata,
    Column("person", ForeignKey("person.number"), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("ref", String(160), nullable=False),
    Column("shown_at", Instant, nullable=False),
    Column("earlier_kind", String(16), nullable=False),
    Column("earlier_ref", String(160), nullable=False),
    Column("earlier_shown_at", Instant),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Number, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("ref", String(128), nullable=False),
    Column("part", Integer, nullable=False),
    Column("path", String(64), nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("receivers", Text, nullable=False),
    Column("media", String(64), nullable=False),  # digest of the file that goes with it, or empty
    Column("lane", String(160), nullable=False),
    Column("mass", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("doubtful", Boolean, nullable=False),  # an earlier try may have taken effect
    Column("maybe_twice", Boolean, nullable=False),  # was sent again without WeCom's duplicate check
    Column("due_at", Instant, nullable=False),
    Column("not_after", Instant),  # who gets it later could do nothing with it
    Column("waking", Boolean, nullable=False),  # only while people may be written to
    Column("lease_until", Instant),
    Column("queued_at", Instant, nullable=False),
    Column("first_tried_at", Instant),
    Column("finished_at", Instant),
    Column("code", Integer),
    Column("reason", Text, nullable=False),
    Column("msgid", Text, nullable=False),
    Column("response_code", Text, nullable=False),
    Column("invalid", Text, nullable=False),
    UniqueConstraint("ref", "part"),
    Index("ix_outbox_state_due_at", "state", "due_at"),
    Index("ix_outbox_lane_id", "lane", "id"),
    Index("ix_outbox_media", "media", sqlite_where=text("media <> ''"), postgresql_where=text("media <> ''")),
)

push_week = Table(
    "push_week",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("week", Date, primary_key=True),  # its Monday
    Column("pushes", Integer, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Number, primary_key=True),
    Column("person", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_by", String(64), nullable=False),
    Column("answered_at", Instant),
)
