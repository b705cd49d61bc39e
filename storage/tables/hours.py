"""The ledger, its heads and the year rows."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import Number, metadata
from storage.types import Hours, Instant

ledger_entry = Table(
    "ledger_entry",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("prev", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Column("person", String(64), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("category", String(16), nullable=False),
    Column("mark", Boolean, nullable=False),
    Column("year", Integer, nullable=False),
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("form", String(32), nullable=False),
    Column("content_classes", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("organiser", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("minutes", Integer),
    Column("hours", Hours, nullable=False),
    Column("rule", Text, nullable=False),
    Column("source", String(32), nullable=False),
    Column("source_ref", String(128), nullable=False),
    Column("evidence", Text, nullable=False),
    Column("approved_by", String(64), nullable=False),
    Column("approved_at", Instant),
    Column("recorded_at", Instant, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("reverses", Number),
    Column("note", Text, nullable=False),
    UniqueConstraint("source", "source_ref"),
    Index("ix_ledger_entry_person_year", "person", "year"),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("chain", String(16), primary_key=True),
    Column("seq", Number, nullable=False),
    Column("hash", String(64), nullable=False),
)

# One row a person and year, locked while a line is posted: what is owed and the sums by form, as JSON.
person_year = Table(
    "person_year",
    metadata,
    Column("person", String(64), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("owed_hundredths", Integer),
    Column("by_form", Text, nullable=False),
    sqlite_with_rowid=False,
    # Percent: half of a page stays free, so that a new sum goes next to the old one and the index need not know.
    postgresql_with={"fillfactor": 50},
)
