"""人员变动申报: what a unit says of its people, or that nothing changed this month."""

from sqlalchemy import Column, Date, Index, String, Table, Text

from storage.tables.base import Number, metadata
from storage.types import Instant

roll_report = Table(
    "roll_report",
    metadata,
    Column("number", Number, primary_key=True),
    Column("unit", String(64), nullable=False),
    Column("month", Date, nullable=False),  # its first day
    Column("kind", String(16), nullable=False),  # none, transfer, leave, join, status, post
    Column("person", String(64), nullable=False),  # empty for none and for somebody new
    Column("changes", Text, nullable=False),  # `training.batches.RollChanges`, or empty
    Column("shown", Text, nullable=False),  # in words, for who confirms
    Column("receiving", String(64), nullable=False),  # 单位代码 that has to confirm first, or empty
    Column("state", String(16), nullable=False),  # receiving, proposed, done, returned, withdrawn
    Column("by", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("received_by", String(64), nullable=False),
    Column("received_at", Instant),
    Column("batch", Number, nullable=False),  # that a city admin confirms; 0: none yet
    Column("note", Text, nullable=False),
    Index("ix_roll_report_unit_month", "unit", "month"),
    Index("ix_roll_report_state", "state"),
)
