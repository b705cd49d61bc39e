"""A small city for exams: units below each other, people of each group, some of them away."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from handlers.actions import exam_publishing, exam_setting
from handlers.actions.exam_publishing import Published
from question_bank.questions import Kind
from storage import people, units
from storage.database import Database
from tests.exam_bank import fill_bank
from training.exams import Section, Settings
from training.people import Fact, Field, StatusPeriod, UnitField
from training.rules import Rules

FIRST = date(2026, 1, 1)
RECORDED = datetime(2026, 1, 5, 4, tzinfo=UTC)
NOW = datetime(2026, 11, 16, 2, tzinfo=UTC)  # 10:00 in the city
TODAY = date(2026, 11, 16)
OPENS = datetime(2026, 11, 20, 1, tzinfo=UTC)
CLOSES = datetime(2026, 11, 27, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

UNITS = {"gov": "", "sfj": "gov", "zfk": "sfj", "czj": "gov"}
# number: unit, category, mark, status with its document
PEOPLE: dict[str, tuple[str, str, str, tuple[str, str] | None]] = {
    "P1": ("sfj", "staff", "", None),
    "P2": ("zfk", "staff", "1", None),
    "P3": ("czj", "leader", "", None),
    "P4": ("czj", "other", "", None),
    "P5": ("sfj", "staff", "", ("产假", "宁司〔2026〕5号")),
    "P6": ("sfj", "leader", "1", ("停职", "宁司〔2026〕6号")),
    "P7": ("czj", "staff", "", ("退休", "")),
    "P8": ("czj", "staff", "", ("编外", "")),
    "P9": ("czj", "staff", "", None),
}


async def build(database: Database, questions: int = 200) -> None:
    await fill_bank(database, questions)
    async with database.write() as tx:
        facts = [
            Fact(code, field, value, FIRST, RECORDED)
            for code, parent in UNITS.items()
            for field, value in ((UnitField.NAME, f"单位{code}"), (UnitField.PARENT, parent))
        ]
        await units.add(tx, facts, by="test", now=RECORDED, today=TODAY)
        of_people = [fact for number in PEOPLE for fact in _facts(number)]
        away = [
            StatusPeriod(number, status[0], FIRST, None, RECORDED, status[1])
            for number, (*_, status) in PEOPLE.items()
            if status
        ]
        await people.add(tx, of_people, away, [], by="test", now=RECORDED, today=TODAY)


def _facts(number: str) -> list[Fact]:
    unit, category, mark, _ = PEOPLE[number]
    held = {Field.NAME: f"姓名{number}", Field.UNIT: unit, Field.CATEGORY: category, Field.MARK: mark}
    return [Fact(number, field, value, FIRST, RECORDED) for field, value in held.items()]


def settings(*sections: Section, **changed: Any) -> Settings:
    held: dict[str, Any] = {
        **{"title": "年度考试", "year": 2026, "opens_at": OPENS, "closes_at": CLOSES, "duration_minutes": 60},
        "sections": sections or (Section(Kind.SINGLE, 4, 100), Section(Kind.JUDGE, 2, 100)),
        "seed": "种子",
    }
    return Settings(**{**held, **changed})


async def created(database: Database, wanted: Settings, *, makeup_of: int = 0, now: datetime = NOW) -> int:
    async with database.write() as tx:
        return await exam_setting.create(tx, wanted, makeup_of=makeup_of, by="cli:test", now=now)


async def published(database: Database, number: int, *, now: datetime = NOW) -> Published:
    return await exam_publishing.publish(database, Rules(), number, now, by="cli:test")
