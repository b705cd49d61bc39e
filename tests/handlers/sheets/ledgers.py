"""Lines and particulars to vary in the tests."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from handlers.sheets.ledger_columns import Names, PersonWords
from handlers.sheets.particulars import Particulars
from storage.ledger import Line
from training.chains import Head
from training.hours import Entry

HASH = "3f" * 32
PARTICULARS = Particulars(
    title="2026 年度学时台账",
    number="XF-TZ-2026-0007",
    as_of=date(2026, 11, 30),
    known_at=datetime(2026, 11, 30, 16, 5, 9, tzinfo=UTC),
    rules="本市 2026-01-01",
    head=Head(3, HASH),
)
NAMES = Names(
    {"P001": PersonWords("张晓岚", "科员"), "P009": PersonWords("李䶮", "局长")}, {"0101": "宁国市司法局"}
)


def line(seq: int = 1, **changes: Any) -> Line:
    """The answer to a daily question, unless `changes` say otherwise."""
    fields: dict[str, Any] = {
        **{"person": "P001", "unit": "0101", "category": "staff", "mark": True, "year": 2026},
        **{"starts_on": date(2026, 11, 23), "ends_on": date(2026, 11, 23), "form": "daily"},
        **{"content_classes": ("公共法律", "业务知识"), "title": "每日一题 2026-11-23 xzcf-0012"},
        **{"hours": Decimal("0.10"), "rule": "每日一题 0.10 学时/题", "source": "daily"},
        **{"source_ref": "2026-11-23:P001", "recorded_at": datetime(2026, 11, 23, 16, 30, tzinfo=UTC)},
    }
    return Line(seq, "0" * 64, HASH, Entry(**{**fields, **changes}))


def many(count: int) -> Iterator[Line]:
    return (line(seq, person=f"P{seq % 3000:05}") for seq in range(1, count + 1))
