"""A town for broadcasts: units below each other, people with accounts, and the clock over fake channels."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from msgspec.structs import replace
from sqlalchemy import delete, func, insert, select, update

from bot.channels import wecom_drafts
from handlers.actions import broadcast_setting as setting
from handlers.broadcast_clock import BroadcastClock
from handlers.holding import Awake, always
from handlers.jobs import Freeze
from handlers.message import Push
from question_bank.questions import Kind as QuestionKind
from question_bank.questions import Question
from storage import broadcast_audience, people, questions, tables, units, wishes
from storage.broadcast_audience import Limits
from storage.database import Database, Tx
from storage.outbox import Draft
from storage.scope import EVERYTHING
from tests.handlers.stage import MONDAY, at
from training.broadcasts import Audience, Broadcast, Kind, Settings
from training.calendar import monday_of
from training.people import Account, Fact, Field, Person, StatusPeriod, UnitField
from training.rules import Rules
from training.wishes import Wishes

__all__ = ["Limits"]
FIRST = date(2026, 1, 1)
EARLIER = at(FIRST)
NOW = at(MONDAY)
RULES = Rules()
UNITS = {"gov": "", "sfj": "gov", "zfk": "sfj", "czj": "gov"}
NOTICE = Settings(Kind.NOTICE, title="安排", text="请各单位落实。")


def single(n: int = 1, **changed: Any) -> Question:
    made = Question(f"s{n}", QuestionKind.SINGLE, f"第{n}题：谁可以设定罚款？", ("甲", "法律"), ("B",))
    return replace(made, **{"topics": ("行政处罚法",), **changed})


async def add_people(database: Database, *rows: tuple[str, dict[str, str]], channel: str = "wecom") -> None:
    """(人员编号, what is held): of unit `sfj`, staff, with the number in small letters as account."""
    facts, accounts = [], []
    for number, values in rows:
        held = {"name": f"姓名{number}", "unit": "sfj", "category": "staff", **values}
        names = held.pop("accounts", number.lower())
        facts += [Fact(number, Field[key.upper()], value, FIRST, EARLIER) for key, value in held.items()]
        accounts += [Account(name, number, FIRST, channel) for name in names.split(",") if name]
    async with database.write() as tx:
        await people.add(tx, facts, [], accounts, by="test", now=EARLIER, today=MONDAY)


async def build(database: Database, *bank: Question) -> None:
    """Units, a city admin `A1`, and `A2`, who manages `sfj`."""
    facts = [
        Fact(code, field, value, FIRST, EARLIER)
        for code, parent in UNITS.items()
        for field, value in ((UnitField.NAME, f"单位{code}"), (UnitField.PARENT, parent))
    ]
    async with database.write() as tx:
        await units.add(tx, facts, by="test", now=EARLIER, today=MONDAY)
        if bank:
            await questions.add(tx, [(f"fold-{one.id}", one) for one in bank], now=EARLIER, by="test")
    await add_people(
        database,
        ("A1", {"role": "city_admin", "unit": "gov"}),
        ("A2", {"role": "unit_admin", "unit": "czj", "managed_units": "sfj"}),
    )


async def fill(database: Database, count: int, **values: str) -> list[str]:
    """`P0000` …, of staff of `sfj`, as quickly as rows can be written."""
    numbers = [f"P{n:04d}" for n in range(count)]
    held = {"name": "某人", "unit": "sfj", "category": "staff", "group": "staff", "role": "learner", **values}
    fixed = {"mark": False, "managed_units": "", "status": "在岗", "pushes": True}
    async with database.write() as tx:
        await tx.execute(insert(tables.person), [{"number": n, "created_at": EARLIER} for n in numbers])
        await tx.execute(insert(tables.person_now), [{"number": n, **held, **fixed} for n in numbers])
        known = {"channel": "wecom", "since": FIRST}
        await tx.execute(insert(tables.account), [{"account": n.lower(), "person": n, **known} for n in numbers])
    return numbers


async def person(database: Database, number: str) -> Person:
    async with database.read() as tx:
        found = await broadcast_audience.person(tx, EVERYTHING, number)
    assert found is not None
    return found


async def retire(database: Database, number: str, status: str = "退休") -> None:
    period = StatusPeriod(number, status, FIRST, None, EARLIER)
    async with database.write() as tx:
        await people.add(tx, [], [period], [], by="test", now=EARLIER, today=MONDAY)


async def become(database: Database, number: str, **values: str) -> None:
    facts = [Fact(number, Field[key.upper()], value, MONDAY, NOW) for key, value in values.items()]
    async with database.write() as tx:
        await people.add(tx, facts, [], [], by="test", now=NOW, today=MONDAY)


async def mute(database: Database, *numbers: str) -> None:
    async with database.write() as tx:
        for number in numbers:
            await wishes.keep(tx, number, Wishes(mute_notices=True))


async def plain(database: Database, *numbers: str) -> None:
    async with database.write() as tx:
        for number in numbers:
            await wishes.keep(tx, number, Wishes(text_only=True))


async def pushed(database: Database, *numbers: str, times: int = RULES.compliance.push_budget_per_week) -> None:
    rows = [{"person": number, "week": monday_of(MONDAY), "pushes": times} for number in numbers]
    async with database.write() as tx:
        await tx.execute(insert(tables.push_week), rows)


async def sits(database: Database, *numbers: str, until: datetime) -> None:
    """An exam attempt that is not ended."""
    attempt = {"exam": 1, "number": 1, "mode": "chat", "started_at": NOW, "deadline_at": until}
    rest = {"ended_by": "", "full_marks": 100, "evidence": ""}
    async with database.write() as tx:
        await tx.execute(insert(tables.exam_attempt), [{"person": n, **attempt, **rest} for n in numbers])


def wecom(push: Push, ref: str, mass: bool) -> Sequence[Draft]:
    return wecom_drafts.freeze(push, ref, 1000002, mass=mass)


def clock(awake: Awake = always, rules: Rules = RULES, **more: Freeze) -> BroadcastClock:
    return BroadcastClock(rules, {"wecom": wecom, **more}, awake)


async def placed(
    database: Database,
    settings: Settings = NOTICE,
    sender: str = "",
    now: datetime = NOW,
    awake: Awake = always,
    rules: Rules = RULES,
) -> Broadcast:
    by = await person(database, sender) if sender else None
    async with database.write() as tx:
        return await setting.place(tx, rules, settings, sender=by, via="cli", now=now, awake=awake)


async def run(database: Database, now: datetime = NOW, works: BroadcastClock | None = None) -> None:
    """Ticks until nothing is left to do."""
    works = works or clock()
    for _ in range(400):
        if not await works.tick(database, now):
            return
    raise AssertionError("it never ends")


def to(*persons: str, **more: Any) -> Settings:
    return Settings(Kind.NOTICE, text="正文", audience=Audience(persons=persons), **more)


async def rows(tx: Tx, table: Any) -> list[Any]:
    order = list(table.primary_key.columns)
    return list((await tx.execute(select(table).order_by(*order))).all())


async def sent(database: Database) -> list[Any]:
    """The rows of the outbox in the order in which they were queued."""
    async with database.read() as tx:
        return await rows(tx, tables.outbox)


async def receivers(database: Database, number: int) -> dict[str, str]:
    """Person → why not."""
    kept = tables.broadcast_receiver.c
    async with database.read() as tx:
        found = await tx.execute(select(kept.person, kept.left_out).where(kept.broadcast == number))
        return dict(found.all())


async def one(database: Database, number: int) -> Any:
    async with database.read() as tx:
        return (await tx.execute(select(tables.broadcast).where(tables.broadcast.c.number == number))).one()


async def count(database: Database, table: Any) -> int:
    async with database.read() as tx:
        found: int = (await tx.execute(select(func.count()).select_from(table))).scalar_one()
        return found


async def drop_account(database: Database, number: str) -> None:
    async with database.write() as tx:
        await tx.execute(delete(tables.account).where(tables.account.c.person == number))


async def set_status(database: Database, *numbers: str) -> None:
    """Of people made by `fill`: one without pushes."""
    now = tables.person_now
    async with database.write() as tx:
        await tx.execute(update(now).where(now.c.number.in_(numbers)).values(pushes=False, status="产假"))
