"""An exam that thirteen people of four units were to sit, with everything that makes a report hard.

Papers have 100 points: two singles of 10, a multiple of 20, a judge of 10, a blank of 20, a case of 15 and 15.

    sfj  A1 100 · A2 60, marked anew · A3 50, then 80 · A4 away, make-up 70 · A6 免考 (产假)
    zfk  A5 缓考; below sfj, without a 排名组 of its own
    czj  B1 90 · B2 59.5 on paper, make-up 55 · B3 60 · B4 缓考, but sat: 85 · B5 免考, but sat: 100
    zx   C1 away · C2 免考
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

from msgspec.structs import replace
from sqlalchemy import insert

from handlers.actions.exam_books import Shelf
from handlers.actions.exam_ending import marked
from question_bank.questions import Kind, Question
from storage import exam_marks, exams, people, sittings, tables, units
from storage.database import Database, Tx
from storage.exams import Sitter
from storage.sittings import BY_CLOCK, BY_PERSON, CHAT, PAPER, Given, Sitting
from tests.handlers.city import NEW_YEAR, add_person
from tests.handlers.stage import MONDAY, at
from tests.storage.rows import add_questions
from training.exams import Excuse, ScoreRelease, Section, Settings, State
from training.marking import KeyChange, Marks
from training.papers import WHOLE, Item, Paper, encoded
from training.people import Category, Fact, Group, StatusPeriod, UnitField

TUESDAY, WEDNESDAY = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
NOW: Final = at(WEDNESDAY)
FORMULA: Final = "=HYPERLINK(1)"
OPENS, CLOSES = at(MONDAY, "09:00"), at(MONDAY, "18:00")
_FOUR: Final = ("甲", "乙", "丙", "丁")
EVERY: Final = (
    *(Question(f"x{n}", Kind.SINGLE, f"单选第{n}题，选甲？", _FOUR, ("A",)) for n in (1, 2, 3)),
    *(Question(f"y{n}", Kind.MULTIPLE, f"多选第{n}题，选甲乙？", _FOUR, ("A", "B")) for n in (1, 2)),
    *(Question(f"z{n}", Kind.JUDGE, f"判断第{n}题，是对的。", (), ("对",)) for n in (1, 2)),
    Question("t1", Kind.BLANK, "罚款由____设定，由____收缴。", (), (("法律",), ("银行", "指定的银行"))),
    Question(
        "c1",
        Kind.CASE,
        "某局对王某罚款二百元。",
        parts=(
            Question("c1-1", Kind.SINGLE, "应当出示什么？", ("证件", "名片"), ("A",)),
            Question("c1-2", Kind.JUDGE, "王某可以申辩。", (), ("对",)),
        ),
    ),
)
SETTINGS: Final = Settings(
    "2026年度法律知识考试",
    2026,
    OPENS,
    CLOSES,
    60,
    (
        Section(Kind.SINGLE, 2, 1000),
        Section(Kind.MULTIPLE, 1, 2000),
        Section(Kind.JUDGE, 1, 1000),
        Section(Kind.BLANK, 1, 2000),
        Section(Kind.CASE, 1, 3000),
    ),
    attempts=2,
    release_score=ScoreRelease.MANUAL,
    seed="s",
)
UNITS: Final = (
    ("gov", "市政府", "", ""),
    ("sfj", "司法局", "gov", "政府部门组"),
    ("zfk", "执法科", "sfj", ""),
    ("czj", "财政局", "gov", "政府部门组"),
    ("zx", "梅林镇", "gov", "乡镇街道组"),
)
# 人员编号 → name, unit, category, mark, group, excuse, document
PEOPLE: Final[Mapping[str, tuple[str, str, Category, bool, Group, Excuse, str]]] = {
    "A1": ("甲一", "sfj", Category.LEADER, False, Group.LEADER, Excuse.NONE, ""),
    "A2": (FORMULA, "sfj", Category.STAFF, False, Group.STAFF, Excuse.NONE, ""),
    "A3": ("甲三", "sfj", Category.STAFF, True, Group.ENFORCEMENT, Excuse.NONE, ""),
    "A4": ("甲四", "sfj", Category.STAFF, False, Group.STAFF, Excuse.NONE, ""),
    "A5": ("甲五", "zfk", Category.STAFF, True, Group.ENFORCEMENT, Excuse.DEFERRED, "宁司〔2026〕5号"),
    "A6": ("甲六", "sfj", Category.STAFF, False, Group.STAFF, Excuse.EXCUSED, "宁司〔2026〕6号"),
    "B1": ("乙一", "czj", Category.LEADER, False, Group.LEADER, Excuse.NONE, ""),
    "B2": ("乙二", "czj", Category.STAFF, False, Group.STAFF, Excuse.NONE, ""),
    "B3": ("乙三", "czj", Category.STAFF, False, Group.STAFF, Excuse.NONE, ""),
    "B4": ("乙四", "czj", Category.STAFF, False, Group.STAFF, Excuse.DEFERRED, "宁财〔2026〕4号"),
    "B5": ("乙五", "czj", Category.STAFF, False, Group.STAFF, Excuse.EXCUSED, "宁财〔2026〕5号"),
    "C1": ("丙一", "zx", Category.LEADER, False, Group.LEADER, Excuse.NONE, ""),
    "C2": ("丙二", "zx", Category.STAFF, False, Group.STAFF, Excuse.EXCUSED, "+梅〔2026〕2号"),
}
_PLACES: Final = ((0, 0), (1, 0), (2, 0), (3, 1), (5, 2), (7, 3))
X1, X2, X3, Y1, Z1, T1 = (Item(place, WHOLE, 0, section) for place, section in _PLACES)
CA, CB = Item(8, 0, 0, 4), Item(8, 1, 0, 4)
P, Q = (X1, X2, Y1, Z1, T1, CA, CB), (X1, X3, Y1, Z1, T1, CA, CB)
_LETTERS: Final = {X1: "A", X2: "A", X3: "A", Y1: "AB", Z1: "对", CA: "A", CB: "对"}
RIGHT: Final[Mapping[Item, str]] = {**_LETTERS, T1: '["法律","银行"]'}


async def build(database: Database) -> int:
    """The number of the exam, which is closed, with a make-up that is over, and scores not released."""
    async with database.write() as tx:
        return await build_in(tx)


async def build_in(tx: Tx) -> int:
    await _roll(tx)
    number = await _exam(tx, 0, OPENS, CLOSES, PEOPLE)
    await _sat(tx, number)
    second = await _exam(tx, number, at(TUESDAY, "09:00"), at(TUESDAY, "18:00"), ("A4", "A5", "B2", "C1"))
    await without_answers(tx, second, "A4", 7000, CHAT, at(TUESDAY))
    await without_answers(tx, second, "B2", 5500, CHAT, at(TUESDAY))
    await exam_marks.add_change(tx, number, KeyChange("x3", voided=True), reason="有误", batch=1, now=NOW)
    wrong = KeyChange("y2", answer=("A", "C"))
    await exam_marks.add_change(tx, number, wrong, reason="有误", batch=2, now=NOW)
    return number


async def _roll(tx: Tx) -> None:
    fields = (UnitField.NAME, UnitField.PARENT, UnitField.LEAGUE)
    known = [
        Fact(code, field, value, NEW_YEAR, at(NEW_YEAR))
        for code, *values in UNITS
        for field, value in zip(fields, values, strict=True)
        if value
    ]
    await units.add(tx, known, by="test", now=at(NEW_YEAR), today=MONDAY)
    await add_questions(tx, *EVERY)
    for number, (name, unit, category, mark, *_) in PEOPLE.items():
        held = "1" if mark else ""
        await add_person(tx, number, name=name, unit=unit, category=str(category), mark=held)
    away = StatusPeriod("A6", "产假", date(2026, 10, 1), None, at(NEW_YEAR), "宁司〔2026〕6号")
    ill = StatusPeriod("C1", "病假", MONDAY, date(2026, 12, 31), at(NEW_YEAR))  # after the basis day
    await people.add(tx, [], [away, ill], [], by="test", now=at(NEW_YEAR), today=MONDAY)


async def _exam(tx: Tx, makeup_of: int, opens: datetime, closes: datetime, persons: Iterable[str]) -> int:
    title = SETTINGS.title + ("补考" if makeup_of else "")
    settings = replace(SETTINGS, title=title, opens_at=opens, closes_at=closes)
    number = await exams.add(tx, settings, makeup_of=makeup_of, by="cli", now=opens)
    await exams.keep_pool(tx, number, [(question.id, 1) for question in EVERY])
    await exams.add_to_roll(tx, number, [_sitter(person, makeup=bool(makeup_of)) for person in persons], opens)
    draft = await exams.one(tx, number)
    assert draft is not None
    assert await exams.move(tx, draft, State.CLOSED, basis_day=MONDAY - timedelta(days=3))
    return number


def _sitter(person: str, *, makeup: bool) -> Sitter:
    _, unit, category, mark, group, excuse, document = PEOPLE[person]
    if makeup:
        return Sitter(person, unit, category, mark, group)
    return Sitter(person, unit, category, mark, group, excuse, document)


async def _sat(tx: Tx, number: int) -> None:
    """Wrong answers are `B` and `错`; what is not named is left out."""
    await sit(tx, number, "A1", Q, RIGHT)
    first = await sit(tx, number, "A2", P, RIGHT, without=(CA, CB), wrong=(Z1,), marks=Marks((), 0))
    await remark(tx, number, first, P)
    await sit(tx, number, "A3", P, RIGHT, without=(Y1, CA, CB))
    await sit(tx, number, "A3", P, RIGHT, without=(Z1,), wrong=(X2,), attempt=2, by=BY_CLOCK)
    await sit(tx, number, "B1", P, RIGHT, wrong=(X1,))
    await without_answers(tx, number, "B2", 5950, PAPER, at(MONDAY), evidence="宁财存〔2026〕9号")
    await sit(tx, number, "B3", P, RIGHT, without=(CA, CB), wrong=(X2,))
    await sit(tx, number, "B4", P, RIGHT, wrong=(CB,))
    await sit(tx, number, "B5", P, RIGHT)


async def sit(
    tx: Tx,
    exam: int,
    person: str,
    paper: Sequence[Item],
    right: Mapping[Item, str],
    *,
    without: Sequence[Item] = (),
    wrong: Sequence[Item] = (),
    attempt: int = 1,
    by: str = BY_PERSON,
    marks: Marks | None = None,
) -> int:
    """A sitting of 37 minutes and 20 seconds; returns its number."""
    started, ended = OPENS, OPENS + timedelta(minutes=37, seconds=20)
    empty = "0" * len(paper)
    items = encoded(Paper(tuple(paper)))
    sitting = Sitting(0, exam, person, attempt, started, CLOSES, None, "staff", items, 0, empty, empty)
    begun = await sittings.start(tx, sitting, mode=CHAT, full_marks=10000, seed="s")
    chosen = {
        number: _wrong(right[item]) if item in wrong else right[item]
        for number, item in enumerate(paper)
        if item not in without
    }
    await sittings.keep_answers(tx, [Given(begun.attempt, n, text, ended, ended) for n, text in chosen.items()])
    assert await sittings.end(tx, begun.attempt, ended, by)
    await exam_marks.keep(tx, begun.attempt, marks or await _marked(tx, exam, items, chosen), "交卷", ended)
    return begun.attempt


def _wrong(right: str) -> str:
    return "错" if right == "对" else "B"


async def remark(tx: Tx, exam: int, attempt: int, paper: Sequence[Item]) -> None:
    answers = (await sittings.answers(tx, [attempt]))[attempt]
    await exam_marks.keep(tx, attempt, await _marked(tx, exam, encoded(Paper(tuple(paper))), answers), "重评", NOW)


async def _marked(tx: Tx, number: int, items: str, answers: dict[int, str]) -> Marks:
    exam = await exams.one(tx, number)
    assert exam is not None
    return marked(exam, await Shelf().book(tx, number), items, answers, {})


async def without_answers(
    tx: Tx, exam: int, person: str, score: int, mode: str, when: datetime, *, evidence: str = ""
) -> None:
    """A result without a paper, as an import leaves it."""
    clock = {"started_at": when, "deadline_at": when, "ended_at": when, "ended_by": "import"}
    held = {"exam": exam, "person": person, "number": 1, "mode": mode, "evidence": evidence}
    await tx.execute(insert(tables.exam_attempt).values(**held, **clock, score=score, full_marks=10000))
