"""The roll: units, people, their dated facts, accounts and wishes."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, String, Table, Text

from storage.tables.base import Number, metadata
from storage.types import Instant

unit = Table(
    "unit",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("created_at", Instant, nullable=False),
)

unit_fact = Table(
    "unit_fact",
    metadata,
    Column("id", Number, primary_key=True),
    Column("subject", ForeignKey("unit.code"), nullable=False),
    Column("field", String(32), nullable=False),
    Column("value", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", String(64), nullable=False),
    Index("ix_unit_fact_subject", "subject"),
)

# What holds today; made anew from the facts, so it may be changed and holds nothing of its own.
unit_now = Table(
    "unit_now",
    metadata,
    Column("code", ForeignKey("unit.code"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("parent", String(64), nullable=False),
    Column("league", Text, nullable=False),
    Column("next_change_on", Date),
)

person = Table(
    "person",
    metadata,
    Column("number", String(64), primary_key=True),
    Column("created_at", Instant, nullable=False),
)

person_fact = Table(
    "person_fact",
    metadata,
    Column("id", Number, primary_key=True),
    Column("subject", ForeignKey("person.number"), nullable=False),
    Column("field", String(32), nullable=False),
    Column("value", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", String(64), nullable=False),
    Index("ix_person_fact_subject", "subject"),
)

person_status = Table(
    "person_status",
    metadata,
    Column("id", Number, primary_key=True),
    Column("person", ForeignKey("person.number"), nullable=False),
    Column("status", String(32), nullable=False),
    Column("starts", Date, nullable=False),
    Column("ends", Date),
    Column("document", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("recorded_by", String(64), nullable=False),
    Index("ix_person_status_person", "person"),
)

account = Table(
    "account",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("person", ForeignKey("person.number"), nullable=False),
    Column("since", Date, nullable=False),
    Index("ix_account_person", "person"),
)

person_now = Table(
    "person_now",
    metadata,
    Column("number", ForeignKey("person.number"), primary_key=True),
    Column("name", Text, nullable=False),
    Column("unit", String(64), nullable=False),
    Column("category", String(16), nullable=False),
    Column("mark", Boolean, nullable=False),
    Column("group", String(16)),
    Column("role", String(16), nullable=False),
    Column("managed_units", Text, nullable=False),
    Column("status", String(32), nullable=False),
    Column("pushes", Boolean, nullable=False),
    Column("next_change_on", Date),
    Index("ix_person_now_unit", "unit"),
    Index("ix_person_now_next_change_on", "next_change_on"),
)

# What a person chose; absent means the defaults of `training.wishes.Wishes`.
person_wishes = Table(
    "person_wishes",
    metadata,
    Column("person", ForeignKey("person.number"), primary_key=True),
    Column("mute_daily", Boolean, nullable=False),
    Column("mute_reminders", Boolean, nullable=False),
    Column("mute_notices", Boolean, nullable=False),
    Column("streak", Boolean, nullable=False),
    Column("text_only", Boolean, nullable=False),
    Column("privacy_shown_at", Instant),
)
