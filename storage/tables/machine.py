"""Audit log, clock and calendar."""

from sqlalchemy import Boolean, Column, Date, String, Table, Text

from storage.tables.base import Number, metadata
from storage.types import Instant

audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("prev", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("via", String(32), nullable=False),
    Column("what", String(64), nullable=False),
    Column("subject", Text, nullable=False),
    Column("before", Text, nullable=False),
    Column("after", Text, nullable=False),
    Column("reason", Text, nullable=False),
)

job_run = Table(
    "job_run",
    metadata,
    Column("job", String(32), primary_key=True),
    Column("due_at", Instant, primary_key=True),
    Column("ran_at", Instant, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("lease_until", Instant),  # of one that is not done with its slot
)

calendar_day = Table(
    "calendar_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("working", Boolean, nullable=False),
    Column("name", Text, nullable=False),
)
