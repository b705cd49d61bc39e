"""A small city in 2026 with comings, goings and a reversal, for what is summed up over a year.

`sfj` has P1 all year, P2 on maternity leave until June, P3 from `czj` since 15 June, P4 who retired on 1 July,
P5 who is not assessed; P6 went from `sfj` to `czj` on 10 April. Everything is recorded shortly after it happened.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from storage import ledger, people, units
from storage.database import Tx
from training.hours import Entry
from training.people import Account, Fact, Field, StatusPeriod, UnitField

YEAR = 2026
FIRST = date(2026, 1, 1)
TODAY = date(2026, 11, 23)


def noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 4, tzinfo=UTC)


RECORDED = noon(1, 5)
# person, unit, day, recorded, form, class, hundredths; in the order recorded, as in the ledger.
LINES: tuple[tuple[str, str, date, datetime, str, str, str], ...] = (
    ("P1", "sfj", date(2026, 2, 2), noon(2, 2), "daily", "公共法律", "0.10"),
    ("P1", "zfk", date(2026, 3, 1), noon(3, 2), "lecture", "业务知识", "4.00"),
    ("P6", "sfj", date(2026, 3, 3), noon(3, 4), "collective", "宪法", "4.00"),
    ("P1", "sfj", date(2026, 4, 1), noon(4, 2), "lecture", "宪法", "3.00"),
    ("P3", "czj", date(2026, 5, 5), noon(5, 6), "exam", "", "2.00"),
    ("P4", "sfj", date(2026, 5, 5), noon(5, 7), "court_hearing", "专业法律", "2.00"),
    ("P1", "sfj", date(2026, 4, 1), noon(5, 10), "lecture", "宪法", "-3.00"),
    ("P1", "sfj", date(2026, 5, 20), noon(5, 20), "daily", "公共法律", "13.00"),
    ("P5", "sfj", date(2026, 6, 1), noon(6, 1), "online", "公共法律", "1.00"),
    ("P3", "sfj", date(2026, 7, 5), noon(7, 6), "teaching", "业务知识", "6.00"),
    ("P2", "sfj", date(2026, 8, 1), noon(8, 3), "off_job", "专业法律", "26.00"),
    ("P1", "sfj", date(2026, 9, 1), noon(9, 2), "competition", "公共法律", "4.00"),
)
REVERSED, REVERSAL = 4, 7


async def build(tx: Tx) -> None:
    named = {"gov": ("市政府", ""), "sfj": ("司法局", "gov"), "zfk": ("执法科", "sfj"), "czj": ("财政局", "gov")}
    facts = [
        Fact(code, field, value, FIRST, RECORDED)
        for code, (name, parent) in named.items()
        for field, value in ((UnitField.NAME, name), (UnitField.PARENT, parent))
    ]
    await units.add(tx, facts, by="test", now=RECORDED, today=TODAY)
    for number in range(1, 7):
        await _person(tx, f"P{number}")
    await _move(tx, "P1", "zfk", date(2026, 2, 20), noon(2, 20))
    await _move(tx, "P1", "sfj", date(2026, 3, 15), noon(3, 14))
    await _move(tx, "P6", "czj", date(2026, 4, 10), noon(4, 12))
    await _move(tx, "P3", "sfj", date(2026, 6, 15), noon(6, 20))
    away = StatusPeriod("P2", "产假", FIRST, date(2026, 6, 30), noon(3, 1))
    retired = StatusPeriod("P4", "退休", date(2026, 7, 1), None, noon(7, 2))
    await people.add(tx, [], [away, retired], [], by="test", now=RECORDED, today=TODAY)
    await ledger.post(tx, [_entry(number, *line) for number, line in enumerate(LINES, 1)])


async def _person(tx: Tx, number: str) -> None:
    category = {"P4": "leader", "P5": "other"}.get(number, "staff")
    held = {"name": f"=姓名{number}", "unit": "czj" if number == "P3" else "sfj", "category": category}
    facts = [Fact(number, Field(name), value, FIRST, RECORDED) for name, value in held.items()]
    speaks = [Account(f"account{number[1]}", number, FIRST)]
    await people.add(tx, facts, [], speaks, by="test", now=RECORDED, today=TODAY)


async def _move(tx: Tx, number: str, unit: str, day: date, recorded: datetime) -> None:
    fact = Fact(number, Field.UNIT, unit, day, recorded)
    await people.add(tx, [fact], [], [], by="test", now=recorded, today=TODAY)


def _entry(
    number: int, person: str, unit: str, day: date, recorded: datetime, form: str, kind: str, hours: str
) -> Entry:
    held: dict[str, Any] = {"reverses": REVERSED} if number == REVERSAL else {}
    return Entry(
        person=person,
        unit=unit,
        category="staff",
        mark=False,
        year=YEAR,
        starts_on=day,
        ends_on=day,
        form=form,
        content_classes=(kind, "宪法") if kind else (),
        title=f"活动{number}",
        hours=Decimal(hours),
        rule="",
        source="test",
        source_ref=str(number),
        recorded_at=recorded,
        **held,
    )
