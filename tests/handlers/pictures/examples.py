"""A picture to vary in the tests."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from handlers.pictures.hours_picture import HoursPicture

EXAMPLE = HoursPicture(
    name="张晓岚",
    unit="宁国市市场监督管理局",
    year=2026,
    as_of=date(2026, 11, 23),
    group="行政执法人员",
    counted=Decimal("32.10"),
    recorded=Decimal("38.97"),
    owed=Decimal(60),
    by_form=(("脱产培训", Decimal(16)), ("每日一题", Decimal("9.8")), ("自学", Decimal(0))),
    pace="剩余 38 天，每周约需 5.10 学时可达标。",
    missing=Decimal("27.90"),
    trial=True,
)


def example(**changes: Any) -> HoursPicture:
    return replace(EXAMPLE, **changes)
