"""履职登记, the yearly study plan, and the laws that leaders must know."""

from sqlalchemy import Column, Date, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables.base import Number, metadata
from storage.types import Instant

# Append-only; a mistake is taken back by a row that names it in `revokes`.
duty_fact = Table(
    "duty_fact",
    metadata,
    Column("id", Number, primary_key=True),
    Column("quota", String(32), nullable=False),  # of `training.duties.Duty`
    Column("subject", String(64), nullable=False),  # 人员编号 or 单位代码
    Column("unit", String(64), nullable=False),  # of that day
    Column("day", Date, nullable=False),
    Column("year", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("form", String(16), nullable=False),
    Column("content", Text, nullable=False),  # such as 行政诉讼, separated by 、
    Column("activity", Number, nullable=False),  # 0: none
    Column("evidence", Text, nullable=False),  # numbers or a place
    Column("source", String(16), nullable=False),
    Column("source_ref", String(128), nullable=False),
    Column("recorded_by", String(64), nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("revokes", Number, nullable=False),  # 0: none
    Column("reason", Text, nullable=False),
    UniqueConstraint("source", "source_ref"),
    Index("ix_duty_fact_subject", "subject"),
    Index("ix_duty_fact_year", "year"),
    Index("ix_duty_fact_activity", "activity"),
)

study_plan = Table(
    "study_plan",
    metadata,
    Column("number", Number, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("unit", String(64), nullable=False),  # whose plan; empty: the city's
    Column("month", Integer, nullable=False),  # 0: any time of the year
    Column("title", Text, nullable=False),
    Column("form", String(16), nullable=False),  # empty: any
    Column("laws", Text, nullable=False),  # separated by 、
    Column("responsible", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("removed_at", Instant),
    Index("ix_study_plan_year", "year"),
)

# 应知应会清单
known_law = Table(
    "known_law",
    metadata,
    Column("number", Number, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("law", Text, nullable=False),
    Column("group", String(16), nullable=False),  # of whom it is expected; empty: leaders
    Column("note", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("removed_at", Instant),
    Index("ix_known_law_year", "year"),
)
