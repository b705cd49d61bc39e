"""申报, the evidence that belongs to records, and 异议."""

from sqlalchemy import Column, Date, Index, Integer, LargeBinary, String, Table, Text

from storage.tables.base import Number, metadata
from storage.types import Instant

claim = Table(
    "claim",
    metadata,
    Column("number", Number, primary_key=True),
    Column("person", String(64), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("stated", Text, nullable=False),  # `training.claims.Stated`
    Column("alike", String(64), nullable=False),  # equal for claims of one event
    Column("starts_on", Date, nullable=False),
    Column("ends_on", Date, nullable=False),
    Column("source", String(64), nullable=False),
    Column("level", String(64), nullable=False),  # 单位代码 whose admins decide now, empty: the city's
    Column("due_on", Date),
    Column("doubles", Text, nullable=False),  # in words, separated by line feeds
    Column("written_at", Instant, nullable=False),
    Column("submitted_at", Instant),
    Column("shown_at", Instant),  # first to somebody who may decide
    Column("decided_by", String(64), nullable=False),
    Column("decided_at", Instant),
    Column("reason", Text, nullable=False),
    Index("ix_claim_person", "person"),
    Index("ix_claim_state_due_on", "state", "due_on"),
    Index("ix_claim_alike", "alike"),
    Index("ix_claim_source", "source"),
)

# Its number stands in the ledger's 佐证编号. Bytes are here, so that backups and replicas have them.
evidence = Table(
    "evidence",
    metadata,
    Column("number", Number, primary_key=True),
    Column("subject", String(64), nullable=False),  # `claim:12`, `activity:3`, `duty:4`
    Column("person", String(64), nullable=False),  # who brought it
    Column("state", String(16), nullable=False),  # waiting, kept, failed, removed
    Column("channel", String(16), nullable=False),
    Column("account", String(64), nullable=False),
    Column("media_id", Text, nullable=False),  # by which it is fetched
    Column("type", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("size_bytes", Integer, nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("kept_at", Instant),
    Column("lease_until", Instant),
    Column("tries", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Index("ix_evidence_subject", "subject"),
    Index("ix_evidence_state", "state"),
)

objection = Table(
    "objection",
    metadata,
    Column("number", Number, primary_key=True),
    Column("person", String(64), nullable=False),
    Column("unit", String(64), nullable=False),
    Column("subject", String(64), nullable=False),  # `line:120`, `claim:12`, `exam:3`, `activity:4`
    Column("text", Text, nullable=False),
    Column("sent_at", Instant, nullable=False),
    Column("against", String(64), nullable=False),  # whose decision it is, or empty
    Column("level", String(64), nullable=False),  # 单位代码 whose admins answer, empty: the city's
    Column("due_on", Date, nullable=False),
    Column("state", String(16), nullable=False),  # waiting, upheld, dismissed, withdrawn
    Column("answer", Text, nullable=False),
    Column("answered_by", String(64), nullable=False),
    Column("answered_at", Instant),
    Column("batch", Number, nullable=False),  # by which it was put right; 0: none
    Index("ix_objection_state_due_on", "state", "due_on"),
    Index("ix_objection_person", "person"),
)
