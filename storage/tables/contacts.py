"""What WeCom says has changed in its contacts. It only proposes: the roll is changed by a batch."""

from sqlalchemy import Column, Index, String, Table, Text

from storage.tables.base import Number, metadata
from storage.types import Instant

contact_change = Table(
    "contact_change",
    metadata,
    Column("id", Number, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("new_account", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("departments", Text, nullable=False),  # numbers, joined by commas
    Column("received_at", Instant, nullable=False),
    Column("settled_at", Instant),
    Index("ix_contact_change_settled_at", "settled_at"),
)
