"""Rows for the tests of storage: people, ledger lines, and a database with something in every table."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from msgspec import structs
from msgspec.structs import replace
from sqlalchemy import func, insert, select

from question_bank.questions import Kind, Question
from storage import (
    audit,
    batches,
    calendar,
    daily,
    feedback,
    focus,
    inbox,
    jobs,
    ledger,
    ledger_sums,
    outbox,
    people,
    questions,
    refills,
    tables,
    wishes,
)
from storage.database import Database, Tx
from storage.media import kept
from storage.scope import EVERYTHING
from tests.storage.broadcast_rows import fill_broadcasts
from tests.storage.exam_rows import fill_exams
from tests.storage.recognition_rows import fill_recognition
from training.batches import Reversal
from training.daily import Answered, DailyQuestion
from training.hours import Entry, Standing
from training.line_days import Earned
from training.people import Account, Fact, Field, Group, StatusPeriod
from training.wishes import Wishes

NOW = datetime(2026, 11, 23, 8, 0, 0, 123456, tzinfo=UTC)
TODAY = date(2026, 11, 23)
FIRST = date(2026, 1, 1)


def facts(number: str, since: date = FIRST, **values: str) -> list[Fact]:
    return [Fact(number, Field[name.upper()], value, since, NOW) for name, value in values.items()]


async def add_person(tx: Tx, number: str, *accounts: str, since: date = FIRST, **values: str) -> None:
    """A member of staff of unit `sfj`, unless `values` say otherwise."""
    held = {"name": f"姓名{number}", "unit": "sfj", "category": "staff", **values}
    speaking = [Account(account, number, since) for account in accounts]
    await people.add(tx, facts(number, since, **held), [], speaking, by="test", now=NOW, today=TODAY)


def entry(number: int = 1, **changed: Any) -> Entry:
    line = Entry(
        person="p1",
        unit="sfj",
        category="staff",
        mark=False,
        year=2026,
        starts_on=TODAY,
        ends_on=TODAY,
        form="daily",
        content_classes=("宪法", "行政处罚法"),
        title="每日一题",
        hours=Decimal("0.10"),
        rule="daily",
        source="daily",
        source_ref=f"{TODAY}/{number}",
        recorded_at=NOW + timedelta(seconds=number),
    )
    return structs.replace(line, **changed)


def question(number: int = 1, **changed: Any) -> Question:
    held: dict[str, Any] = {
        "id": f"q{number}",
        "kind": Kind.SINGLE,
        "stem": f"第{number}题?",
        "options": ("甲", "乙"),
        "answer": ("A",),
        "topics": (f"topic{number}",),
    }
    return Question(**{**held, **changed})


async def add_questions(tx: Tx, *added: Question) -> None:
    await questions.add(tx, [(f"fold-{q.id}", q) for q in added], now=NOW, by="test")


def drawn(day: date = TODAY, group: Group = Group.STAFF, number: int = 1) -> DailyQuestion:
    return DailyQuestion(day, group, question(number), 1)


def answer(person: str, day: date = TODAY, **changed: Any) -> Answered:
    return replace(Answered(day, person, Group.STAFF, "A", True, NOW, 10, 10), **changed)


def draft(text: str = "hello", *receivers: str, **files: Any) -> outbox.Draft:
    return outbox.Draft("message/send", text.encode(), receivers or ("zhangsan",), **files)


async def fill(database: Database, lines: int = 3) -> None:
    """Something in every table, with the values that are easy to lose on the way."""
    async with database.write() as tx:
        await _roll(tx)
        await _learning(tx)
        await _messages(tx)
        await _years_and_wishes_of_others(tx)
        await calendar.keep(tx, {date(2027, 1, 1): (False, "元旦"), date(2027, 1, 2): (True, "")})
        await jobs.take(tx, "daily", NOW.replace(microsecond=0), NOW, jobs.RAN)
        await audit.record(tx, audit.Act("p1", "cli", "staff change", "p2", "甲", "乙", "调动\n第二行"), NOW)
        await audit.record(tx, audit.Act("p1", "chat", "确认", "1"), NOW)
        await batches.add(tx, Reversal(1, "p1", "第 1 条"), by="p1", reason="有误\n第二行", now=NOW)
        await ledger.post(tx, _lines(lines))
        await keep_sums(tx)
        await refills.keep(tx, {1: [Earned(1, TODAY, 25, 10)]})
        await fill_exams(tx, NOW)
        await fill_broadcasts(tx, NOW)
        await fill_recognition(tx, NOW)


def _lines(count: int) -> Sequence[Entry]:
    """The second one uses what is mostly empty."""
    posted = [entry(n) for n in range(1, count + 1)]
    if count > 1:
        approved: dict[str, Any] = {"approved_by": "p2", "approved_at": NOW, "late": True, "reverses": 1}
        odd: dict[str, Any] = {"hours": Decimal("-1234.50"), "content_classes": (), "minutes": 45, "note": "冲正"}
        posted[1] = structs.replace(posted[1], **approved, **odd)
    return posted


async def _roll(tx: Tx) -> None:
    await tx.execute(insert(tables.unit).values(code="sfj", created_at=NOW))
    fact = {"subject": "sfj", "field": "name", "value": "司法局", "valid_from": FIRST}
    await tx.execute(insert(tables.unit_fact).values(**fact, recorded_at=NOW, recorded_by="test"))
    await tx.execute(insert(tables.unit_now).values(code="sfj", name="司法局", parent="", league=""))
    await add_person(tx, "p1", "zhangsan", "zhang3", mark="1")
    await add_person(tx, "p2", "李四")
    away = StatusPeriod("p2", "病假", TODAY, None, NOW, "文〔2026〕1号")
    await people.add(tx, [], [away], [], by="test", now=NOW, today=TODAY)
    await wishes.keep(tx, "p1", Wishes(mute_daily=True))
    await wishes.mark_privacy_shown(tx, ["p1"], NOW)


async def _learning(tx: Tx) -> None:
    await add_questions(tx, question(1), question(2, explanation='引号" 反斜杠\\ 换行\n 表情😀'))
    await add_questions(tx, question(1, stem="改过的题?"))
    await daily.keep(tx, drawn(), NOW)
    await daily.want_push(tx, TODAY, Group.STAFF, by_hand=True, now=NOW)
    await daily.record(tx, [answer("p1"), answer("p2", correct=False, earned=0, posted=0)])
    await ledger.keep_standings(tx, 2026, {"p1": Standing(4000, {"daily": 20}), "p2": Standing(None, {})})


async def _messages(tx: Tx) -> None:
    await inbox.remember(
        tx, [inbox.Seen("m1", "zhangsan", NOW, b"<xml><a>b</a></xml>"), inbox.Seen("m2", "", NOW, b"")]
    )
    await focus.show(tx, ["p1"], "daily", "2026-11-23/staff", NOW)
    filed = draft(file=kept("a.png", "image", bytes(range(256))))
    await outbox.add(tx, "wecom", "a", [draft("甲"), filed], lane="l", mass=True, now=NOW)
    await daily.count_pushes(tx, ["p1"], date(2026, 11, 23))
    number = await feedback.add(tx, "p1", "食堂\t很好", NOW)
    await feedback.answer(tx, number, "谢谢", by="p2", now=NOW)


async def _years_and_wishes_of_others(tx: Tx) -> None:
    closed = {
        "year": 2025,
        "kind": "closed",
        "at": NOW,
        "by": "p1",
        "batch": 1,
        "head_seq": 0,
        "head_hash": "0" * 64,
    }
    await tx.execute(insert(tables.year_event).values(**closed))
    asked = {"person": "p1", "channel": "wecom", "account": "zhangsan", "kind": "lines", "year": 2026, "unit": ""}
    await tx.execute(
        insert(tables.report_job).values(**asked, asked_at=NOW, state="waiting", tries=0, problem="坏了\n两次")
    )
    change = {"kind": "create_user", "account": "wangwu", "new_account": "", "name": "王五", "departments": "1,2"}
    await tx.execute(insert(tables.contact_change).values(channel="wecom", **change, received_at=NOW))


async def ledger_lines(tx: Tx) -> list[ledger.Line]:
    """The whole ledger, in order."""
    rows = await tx.execute(select(tables.ledger_entry).order_by(tables.ledger_entry.c.seq))
    return [ledger.line_of(row) for row in rows]


async def keep_sums(tx: Tx) -> None:
    """Year rows that say what the lines say, of everybody who has one or the other."""
    numbers = sorted({line.entry.person for line in await ledger_lines(tx)})
    numbers += [number for number in await people.numbers(tx, EVERYTHING) if number not in numbers]
    posted, kept = await ledger_sums.posted_and_kept(tx, EVERYTHING, numbers)
    for person, year in posted.keys() | kept.keys():
        held = (await ledger.standings(tx, EVERYTHING, [person], year)).get(person, Standing(None, {}))
        sums = posted.get((person, year), {})
        await ledger.keep_standings(tx, year, {person: Standing(held.owed, sums)})


async def counts(database: Database) -> dict[str, int]:
    """Table → how many rows it has."""
    async with database.read() as tx:
        return {
            name: (await tx.execute(select(func.count()).select_from(table))).scalar_one()
            for name, table in tables.metadata.tables.items()
        }
