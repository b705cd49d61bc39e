"""Reports that somebody asked for in chat, made beside the bot."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from storage.tables.base import Number, metadata
from storage.types import Instant

report_job = Table(
    "report_job",
    metadata,
    Column("id", Number, primary_key=True),
    Column("person", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("year", Integer, nullable=False),
    Column("unit", String(64), nullable=False),  # with those below; empty: everything
    Column("asked_at", Instant, nullable=False),
    Column("state", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    Column("lease_until", Instant),
    Column("finished_at", Instant),
    Column("problem", Text, nullable=False),
    Index("ix_report_job_state", "state"),
)
