"""What the limits of a channel are kept by, and what its processes share."""

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, String, Table

from storage.tables.base import metadata
from storage.types import Instant

# Messages to one account in a minute; WeCom drops what is beyond 30 without a word.
account_minute = Table(
    "account_minute",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("minute", Instant, primary_key=True),
    Column("sends", Integer, nullable=False),
    Index("ix_account_minute_minute", "minute"),
    sqlite_with_rowid=False,
)

# Calls of one API path in a minute.
call_minute = Table(
    "call_minute",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("path", String(64), primary_key=True),
    Column("minute", Instant, primary_key=True),
    Column("calls", Integer, nullable=False),
)

# Messages of a day, one for each receiver.
send_day = Table(
    "send_day",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("sends", Integer, nullable=False),
)

# One row a channel: until when nothing may be sent, and the access token, encrypted.
channel_state = Table(
    "channel_state",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("held_until", Instant),
    Column("held_code", Integer, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("token_until", Instant),
    Column("renewing_until", Instant),
)
