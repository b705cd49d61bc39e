"""A city in the middle of its exam: everybody on the roll sits an open paper of 80 questions."""

import random
from datetime import UTC, datetime, timedelta
from itertools import islice

from sqlalchemy import func, insert, select, update

from benchmarks.acts import Tap
from benchmarks.city import prepared
from handlers.actions.exam_books import Book
from question_bank.questions import Kind, Question
from storage import exams, questions, tables
from storage.database import Database, Tx, open_database
from storage.exams import Sitter
from storage.questions import encoded as question_text
from training.exams import DEFAULT_SECTIONS, Settings, State
from training.papers import encoded, seed_of
from training.people import Category, Group

EXAM = 1
ITEMS = sum(section.count for section in DEFAULT_SECTIONS)
SLICE = 2000
POOL = {Kind.SINGLE: 400, Kind.MULTIPLE: 200, Kind.JUDGE: 200}


def bank() -> list[Question]:
    return [_question(kind, n) for kind, count in POOL.items() for n in range(count)]


def _question(kind: Kind, n: int) -> Question:
    stem = f"第{n}题：某行政机关作出行政处罚决定之前，应当告知当事人哪些事项？请按照法律规定作答。"
    if kind is Kind.JUDGE:
        return Question(f"{kind}-{n}", kind, stem, (), ("对",))
    options = tuple(f"选项{word}，编号{n}" for word in "甲乙丙丁")
    return Question(f"{kind}-{n}", kind, stem, options, ("A", "B") if kind is Kind.MULTIPLE else ("A",))


async def sitting(url: str, sitters: int) -> None:
    """Everybody has begun."""
    await prepared(url, sitters)
    database, now = open_database(url), datetime.now(UTC)
    made = bank()
    settings = Settings(
        *("年度法律知识考试", now.year, now - timedelta(minutes=5), now + timedelta(hours=8), 480),
        sections=DEFAULT_SECTIONS,
        seed="benchmark",
    )
    async with database.write() as tx:
        await questions.add(tx, [(f"fold-{q.id}", q) for q in made], now=now, by="benchmark")
        number = await exams.add(tx, settings, makeup_of=0, by="benchmark", now=now)
        await exams.keep_pool(tx, number, [(q.id, 1) for q in made])
        draft = await exams.one(tx, number)
        if draft is None or number != EXAM:
            raise RuntimeError(str(number))
        await exams.move(tx, draft, State.OPEN)
        await tx.execute(update(tables.exam).values(invited_at=now))
    book = Book(tuple((1, question_text(q)) for q in made))
    for begin in range(0, sitters, SLICE):
        async with database.write() as tx:
            await _begun(tx, settings, book, range(begin, min(begin + SLICE, sitters)), now)
    await database.close()


async def _begun(tx: Tx, settings: Settings, book: Book, numbers: range, now: datetime) -> None:
    roll = [Sitter(_person(n), "U1", Category.STAFF, False, Group.STAFF) for n in numbers]
    await exams.add_to_roll(tx, EXAM, roll, now)
    attempts, papers, progress = [], [], []
    for n in numbers:
        seed = seed_of(settings.seed, EXAM, _person(n), 1)
        paper = encoded(book.paper(settings.sections, Group.STAFF, seed))
        sat = {"id": n + 1, "exam": EXAM, "person": _person(n), "number": 1, "mode": "chat", "started_at": now}
        end = {"deadline_at": now + timedelta(hours=8), "ended_by": "", "full_marks": 10000, "evidence": ""}
        attempts.append({**sat, **end})
        papers.append({"attempt": n + 1, "group": "staff", "seed": seed, "items": paper})
        progress.append({"attempt": n + 1, "at": 0, "answered": "0" * ITEMS, "flagged": "0" * ITEMS})
    await tx.execute(insert(tables.exam_attempt), attempts)
    await tx.execute(insert(tables.exam_paper), papers)
    await tx.execute(insert(tables.exam_progress), progress)
    pointed = [{"person": _person(n), "kind": "exam", "ref": str(n + 1), "shown_at": now} for n in numbers]
    await tx.execute(insert(tables.focus), [{**one, "earlier_kind": "", "earlier_ref": ""} for one in pointed])


def _person(n: int) -> str:
    return f"P{n:06d}"


def taps(sitters: int, answers: int) -> list[Tap]:
    """Answers spread over the sitters, each to another item; the letters exist whatever the item is."""
    chance = random.Random(1)
    order = list(islice(((n, item) for item in range(ITEMS) for n in range(sitters)), max(answers, 1)))
    chance.shuffle(order)
    return [Tap(_person(n).lower(), f"exam:{n + 1}:{item}:{_letter(item)}", k) for k, (n, item) in enumerate(order)]


def _letter(item: int) -> str:
    """A judge question stands in the last section, a multiple choice before it."""
    if item >= DEFAULT_SECTIONS[0].count + DEFAULT_SECTIONS[1].count:
        return "对"
    return "+A" if item >= DEFAULT_SECTIONS[0].count else "B"


async def kept(database: Database) -> int:
    """How many answers are on disk."""
    async with database.read() as tx:
        found: int = (await tx.execute(select(func.count()).select_from(tables.exam_answer))).scalar_one()
        return found
