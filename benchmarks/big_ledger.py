"""A city with a ledger of any length, posted by the ledger itself: 100 units, 5,000 people, lines of every kind.

Every unit and person has the same share of the lines.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from storage import ledger, migrating, people, units
from storage.database import Database, Tx
from training.calendar import day_of
from training.hours import Entry, Standing, hundredths
from training.people import Fact, Field, UnitField

UNITS = 100
PERSONS = 5_000
CHUNK_LINES = 5_000
YEAR = 2026
BEGUN = datetime(2015, 1, 5, 1, 7, tzinfo=UTC)
_FORMS = ("daily", "daily", "daily", "lecture", "collective", "professional", "online", "court_hearing")
_CLASSES = (("公共法律",), ("专业法律",), ("宪法",), ("业务知识", "专业法律"))


async def city(database: Database) -> None:
    await migrating.upgrade(database)
    now, first = BEGUN, date(2015, 1, 1)
    today = day_of(now)
    async with database.write() as tx:
        named = [Fact(f"U{n:03d}", UnitField.NAME, f"市第{n}局", first, now) for n in range(UNITS)]
        await units.add(tx, named, by="benchmark", now=now, today=today)
    for begin in range(0, PERSONS, 1000):
        facts = [fact for n in range(begin, begin + 1000) for fact in _facts(n, first, now)]
        async with database.write() as tx:
            await people.add(tx, facts, [], [], by="benchmark", now=now, today=today)


def _facts(n: int, first: date, now: datetime) -> list[Fact]:
    unit = f"U{n % UNITS:03d}"
    held = {Field.NAME: f"人员{n:05d}", Field.UNIT: unit, Field.CATEGORY: "staff", Field.POST: "科员"}
    return [Fact(person(n), field, value, first, now) for field, value in held.items()]


def person(n: int) -> str:
    return f"R{n % PERSONS:06d}"


async def lengthen(database: Database, begin: int, end: int, *, year: int) -> None:
    """Post the lines `begin` to `end` (not included) for `year`."""
    for first in range(begin, end, CHUNK_LINES):
        entries = [entry(n, year) for n in range(first, min(first + CHUNK_LINES, end))]
        async with database.write() as tx:
            await ledger.post(tx, entries)


async def keep_sums(database: Database, entries: int, year: int) -> None:
    """The year rows as the lines of `year` left them."""
    async with database.write() as tx:
        await _keep_sums(tx, entries, year)


async def _keep_sums(tx: Tx, entries: int, year: int) -> None:
    sums: dict[str, dict[str, int]] = {}
    for n in range(entries):
        line = entry(n, year)
        forms = sums.setdefault(line.person, {})
        forms[line.form] = forms.get(line.form, 0) + hundredths(line.hours)
    await ledger.keep_standings(tx, year, {number: Standing(5000, forms) for number, forms in sums.items()})


def entry(n: int, year: int) -> Entry:
    form = _FORMS[n // PERSONS % len(_FORMS)]
    day = date(year, 1, 1) + timedelta(days=n // PERSONS % 300)
    at = datetime(year, 1, 1, 1, tzinfo=UTC) + timedelta(days=n // PERSONS % 300, milliseconds=n % 50_000)
    machine = form == "daily"
    approved = at.replace(microsecond=0, second=n // 500 % 60)  # what is confirmed as a batch shares its moment
    return Entry(
        person=person(n),
        unit=f"U{n % PERSONS % UNITS:03d}",
        category="staff",
        mark=False,
        year=year,
        starts_on=day,
        ends_on=day,
        form=form,
        content_classes=_CLASSES[n % len(_CLASSES)],
        title=f"每日一题 {day} 行政处罚法" if machine else f"{day} 行政处罚法专题讲座（第{n % 37}期）",
        hours=Decimal("0.10") if machine else Decimal("2.00"),
        rule="每日一题，每题 0.10 学时" if machine else "按时长认定，45 分钟 1 学时",
        source="daily" if machine else "import",
        source_ref=f"{year}:{n}",
        recorded_at=at,
        organiser="" if machine else "市司法局",
        mode="线上" if machine else "导入",
        minutes=None if machine else 90,
        evidence="" if machine else f"档案-{n % 1000:04d}",
        approved_by="" if machine else "R000001",
        approved_at=None if machine else approved,
    )
