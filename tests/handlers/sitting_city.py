"""An exam to be sat in the small city: questions of all kinds, and an exam with them that is open on Monday.

Right are always 甲 (and 乙), whatever letters they are shown with; `letters_of` finds them on a screen.
"""

import re
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from question_bank.questions import Kind, Question
from storage import exams
from storage.database import Database
from storage.exams import Sitter
from tests.handlers.city import populate
from tests.handlers.stage import MONDAY, at
from tests.storage.rows import add_questions
from training.exams import Exam, Section, Settings, State
from training.people import Category, Group

OPENS, CLOSES = at(MONDAY, "09:00"), at(MONDAY, "18:00")
TITLE = "2026年度法律知识考试"


def single(n: int, *, options: int = 4, stem: str = "", shuffle: bool = False) -> Question:
    texts = tuple(f"{word}{n}" for word in "甲乙丙丁戊己庚辛"[:options])
    return Question(f"x{n:03}", Kind.SINGLE, stem or f"单选第{n}题，选甲？", texts, ("A",), shuffle=shuffle)


def multiple(n: int, *, options: int = 4, stem: str = "", shuffle: bool = False) -> Question:
    texts = tuple(f"{word}{n}" for word in "甲乙丙丁戊己庚辛"[:options])
    return Question(f"y{n:03}", Kind.MULTIPLE, stem or f"多选第{n}题，选甲乙？", texts, ("A", "B"), shuffle=shuffle)


JUDGE = Question("z001", Kind.JUDGE, "判断题，是对的。", (), ("对",))
BLANK = Question("t001", Kind.BLANK, "罚款由____设定，由____收缴。", (), (("法律",), ("银行", "指定的银行")))
CASE = Question(
    "u001",
    Kind.CASE,
    "某局对王某罚款二百元。",
    parts=(
        Question("u001-1", Kind.SINGLE, "应当出示什么？", ("证件", "名片"), ("A",), shuffle=False),
        Question("u001-2", Kind.JUDGE, "王某可以申辩。", (), ("对",)),
    ),
)
EVERY = (single(1), multiple(1), JUDGE, BLANK, CASE)
SETTINGS = Settings(TITLE, 2026, OPENS, CLOSES, 60, (), seed="s")


def sections_of(questions: Sequence[Question]) -> tuple[Section, ...]:
    """One for each kind, with all questions of it; the points of all together are 100."""
    kinds = list(dict.fromkeys(question.kind for question in questions))
    counts = [sum(question.kind is kind for question in questions) for kind in kinds]
    return tuple(
        Section(kind, count, 10_000 // len(kinds) // count) for kind, count in zip(kinds, counts, strict=True)
    )


async def opened(
    database: Database, *persons: str, questions: Sequence[Question] = EVERY, city: bool = True, **changed: Any
) -> Exam:
    """An exam of all these questions, whose window is that of the day, for these people (R1)."""
    if city:
        await populate(database)
    settings = replace(SETTINGS, **{"sections": sections_of(questions), **changed})
    async with database.write() as tx:
        await add_questions(tx, *questions)
        number = await exams.add(tx, settings, makeup_of=0, by="cli", now=OPENS)
        await exams.keep_pool(tx, number, [(question.id, 1) for question in questions])
        roll = [Sitter(person, "11", Category.STAFF, False, Group.STAFF) for person in persons or ("R1",)]
        await exams.add_to_roll(tx, number, roll, OPENS)
        draft = await exams.one(tx, number)
        assert draft is not None
        assert await exams.move(tx, draft, State.OPEN, basis_day=MONDAY)
        made = await exams.one(tx, number)
        assert made is not None
        return made


def letters_of(screen: str, *texts: str) -> str:
    """The letters under which these options stand on a screen, in order."""
    found = {text: letter for letter, text in re.findall(r"^([A-Z])\. (.+)$", screen, re.MULTILINE)}
    return "".join(sorted(found[text] for text in texts))
