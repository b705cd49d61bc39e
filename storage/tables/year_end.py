"""年终: the snapshot of a year, what units confirmed of it, and the monthly spot check."""

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text

from storage.tables.base import Number, metadata
from storage.types import Instant

# How the ledger stood when the year ended; reports as known at that moment show it again.
year_snapshot = Table(
    "year_snapshot",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("taken_at", Instant, nullable=False),
    Column("head_seq", Number, nullable=False),
    Column("head_hash", String(64), nullable=False),
    Column("figures", Text, nullable=False),  # of the city and each unit, as JSON
)

# One act a row, the last one of a unit and year holds: confirmed, objected, withdrawn.
unit_confirmation = Table(
    "unit_confirmation",
    metadata,
    Column("id", Number, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("unit", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("head_seq", Number, nullable=False),
    Column("figures", Text, nullable=False),  # what was confirmed, as JSON
    Column("note", Text, nullable=False),
    Index("ix_unit_confirmation_year_unit", "year", "unit"),
)

spot_check = Table(
    "spot_check",
    metadata,
    Column("month", Date, primary_key=True),  # its first day
    Column("seed", String(64), nullable=False),
    Column("drawn_at", Instant, nullable=False),
    Column("through_seq", Number, nullable=False),  # where the ledger ended then
    Column("pool", Integer, nullable=False),  # lines from which it was drawn
)

spot_check_line = Table(
    "spot_check_line",
    metadata,
    Column("month", Date, primary_key=True),
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("result", String(16), nullable=False),  # empty: not looked at; sound, failed
    Column("by", String(64), nullable=False),
    Column("at", Instant),
    Column("note", Text, nullable=False),
    Column("batch", Number, nullable=False),  # that reverses it; 0: none
    Index("ix_spot_check_line_result", "result"),
)
