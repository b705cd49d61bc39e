"""What waits for a second pair of eyes."""

from sqlalchemy import Column, Index, String, Table, Text

from storage.tables.base import Number, metadata
from storage.types import Instant

batch = Table(
    "batch",
    metadata,
    Column("id", Number, primary_key=True),
    Column("changes", Text, nullable=False),  # what it would do, as JSON
    Column("proposed_by", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_by", String(64), nullable=False),
    Column("decided_at", Instant),
    Column("note", Text, nullable=False),
    Index("ix_batch_state", "state"),
)
