"""Closed years, reports asked for in chat, and what WeCom says of its contacts.

Revision: 0003.
"""

import sqlalchemy as sa
from alembic import op

from storage.guards import dropped_triggers, triggers
from storage.types import Instant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GUARDED = ("year_event",)
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _year_event()
    _report_job()
    _contact_change()
    for statement in triggers(op.get_bind().dialect.name, GUARDED):
        op.execute(statement)


def _year_event() -> None:
    op.create_table(
        "year_event",
        sa.Column("id", Number, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("batch", Number, nullable=False),
        sa.Column("head_seq", Number, nullable=False),
        sa.Column("head_hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_year_event")),
    )
    op.create_index("ix_year_event_year", "year_event", ["year"], unique=False)


def _report_job() -> None:
    op.create_table(
        "report_job",
        sa.Column("id", Number, nullable=False),
        sa.Column("person", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=64), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("finished_at", Instant(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_job")),
    )
    op.create_index("ix_report_job_state", "report_job", ["state"], unique=False)


def _contact_change() -> None:
    op.create_table(
        "contact_change",
        sa.Column("id", Number, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("new_account", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("departments", sa.Text(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("settled_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_change")),
    )
    op.create_index("ix_contact_change_settled_at", "contact_change", ["settled_at"], unique=False)


def downgrade() -> None:
    for statement in dropped_triggers(op.get_bind().dialect.name, GUARDED):
        op.execute(statement)
    op.drop_index("ix_contact_change_settled_at", table_name="contact_change")
    op.drop_table("contact_change")
    op.drop_index("ix_report_job_state", table_name="report_job")
    op.drop_table("report_job")
    op.drop_index("ix_year_event_year", table_name="year_event")
    op.drop_table("year_event")
