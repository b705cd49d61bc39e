"""Lines and particulars to vary in the tests."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from handlers.sheets.ledger_columns import Names, PersonWords
from handlers.sheets.ledger_sheet import ledger_sheet
from handlers.sheets.particulars import Particulars
from storage.ledger_rows import ACTIVITY, GROUPS
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


Row = tuple[Any, ...]


def line(seq: int = 1, **changes: Any) -> Row:
    """The answer to a daily question, unless `changes` say otherwise, as it is read from the database."""
    fields: dict[str, Any] = {
        **{"person": "P001", "unit": "0101", "category": "staff", "mark": True, "year": 2026},
        **{"starts_on": date(2026, 11, 23), "ends_on": date(2026, 11, 23), "form": "daily"},
        **{"content_classes": ("公共法律", "业务知识"), "title": "每日一题 2026-11-23 xzcf-0012"},
        **{"hours": Decimal("0.10"), "rule": "每日一题 0.10 学时/题", "source": "daily"},
        **{"source_ref": "2026-11-23:P001", "recorded_at": datetime(2026, 11, 23, 16, 30, tzinfo=UTC)},
    }
    return row_of(seq, Entry(**{**fields, **changes}))


def row_of(seq: int, entry: Entry) -> Row:
    """What `storage.ledger_rows` gives of it; a test there says that it does."""
    read = {name: getattr(entry, name) for name in Entry.__struct_fields__}
    read |= {
        "content_classes": "、".join(entry.content_classes),
        "hours": str(entry.hours),
        "activity_ref": entry.source_ref if entry.source == ACTIVITY else "",
        "approved_at": entry.approved_at and entry.approved_at.strftime("%Y-%m-%d %H:%M:%S"),
        "recorded_hour": entry.recorded_at.strftime("%Y-%m-%d %H"),
    }
    groups = ([read[name] for name in group] for group in GROUPS)
    return (seq, *map(msgspec.json.encode, groups))


def many(count: int) -> Iterator[Row]:
    return (line(seq, person=f"P{seq % 3000:05}") for seq in range(1, count + 1))


def write_ledger(path: Path, particulars: Particulars, names: Names, rows: Iterable[Row]) -> tuple[int, Decimal]:
    """In pages; returns how many lines and how many hours."""
    coming = iter(rows)
    with ledger_sheet(path, particulars, names) as sheet:
        while page := list(islice(coming, 1000)):
            sheet.add(page)
    return sheet.count, sheet.total
