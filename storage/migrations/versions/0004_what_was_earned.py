"""What ledger lines earned beyond what was posted, so that it can be filled in after a reversal.

Revision: 0004.
"""

import sqlalchemy as sa
from alembic import op

from storage.guards import dropped_triggers, triggers

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

GUARDED = ("ledger_earned",)
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "ledger_earned",
        sa.Column("seq", Number, autoincrement=False, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("event", Number, nullable=False),
        sa.Column("earned_hundredths", sa.Integer(), nullable=False),
        sa.Column("posted_hundredths", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("seq", "day", name=op.f("pk_ledger_earned")),
    )
    for statement in triggers(op.get_bind().dialect.name, GUARDED):
        op.execute(statement)


def downgrade() -> None:
    for statement in dropped_triggers(op.get_bind().dialect.name, GUARDED):
        op.execute(statement)
    op.drop_table("ledger_earned")
