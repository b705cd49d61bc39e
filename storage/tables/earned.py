"""What ledger lines earned, where that is not simply their hours: a limit cut them, or they fill such a line up."""

from sqlalchemy import Column, Date, Integer, Table

from storage.tables.base import Number, metadata

# A row a line and day. Append-only, as the line is; written with it.
ledger_earned = Table(
    "ledger_earned",
    metadata,
    Column("seq", Number, primary_key=True, autoincrement=False),
    Column("day", Date, primary_key=True),
    Column("event", Number, nullable=False),  # the line by which the event was posted first
    Column("earned_hundredths", Integer, nullable=False),
    Column("posted_hundredths", Integer, nullable=False),
)
