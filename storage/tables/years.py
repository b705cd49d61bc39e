"""Assessment years that were closed, and reopened: one row an act, and the last one of a year holds."""

from sqlalchemy import Column, Index, Integer, String, Table

from storage.tables.base import Number, metadata
from storage.types import Instant

year_event = Table(
    "year_event",
    metadata,
    Column("id", Number, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("kind", String(16), nullable=False),  # closed, reopened
    Column("at", Instant, nullable=False),
    Column("by", String(64), nullable=False),
    Column("batch", Number, nullable=False),
    Column("head_seq", Number, nullable=False),  # where the ledger ended then
    Column("head_hash", String(64), nullable=False),
    Index("ix_year_event_year", "year"),
)
