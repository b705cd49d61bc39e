"""A generated bank for the tests of exams: all five kinds, the same questions whenever it is generated.

Of every ten questions four are single, two multiple, two judge, one blank and one a case of two parts. Topics and
difficulties go round; every seventh question is for people who enforce only.
"""

from typing import Final

from question_bank.questions import Kind, Question
from storage import questions
from storage.database import Database
from tests.storage.rows import NOW

KINDS: Final = (
    *(Kind.SINGLE, Kind.MULTIPLE, Kind.SINGLE, Kind.JUDGE, Kind.SINGLE),
    *(Kind.BLANK, Kind.MULTIPLE, Kind.SINGLE, Kind.JUDGE, Kind.CASE),
)
TOPICS: Final = ("宪法", "行政处罚法", "行政强制法", "行政复议法", "民法典")
SLICE: Final = 500


def generated(n: int) -> list[Question]:
    """Ids `g-00000` … in order; number i is always the same."""
    return [_question(i) for i in range(n)]


def _question(i: int) -> Question:
    kind = KINDS[i % len(KINDS)]
    parts = (_part(f"g-{i:05}-1", Kind.SINGLE, i), _part(f"g-{i:05}-2", Kind.JUDGE, i)) if kind is Kind.CASE else ()
    made = _part(f"g-{i:05}", kind, i)
    return Question(
        id=made.id,
        kind=kind,
        stem=made.stem,
        options=made.options,
        answer=made.answer,
        difficulty=1 + i % 5,
        topics=(TOPICS[i // 10 % len(TOPICS)],),
        audience=("enforcement",) if i % 7 == 6 else (),
        parts=parts,
    )


def _part(id_: str, kind: Kind, i: int) -> Question:
    options = tuple(f"{word}{i}" for word in "甲乙丙丁")
    letters = "ABCD"
    match kind:
        case Kind.SINGLE:
            return Question(id_, kind, f"第{i}题：哪一项正确？", options, (letters[i % 4],))
        case Kind.MULTIPLE:
            return Question(id_, kind, f"第{i}题：哪些正确？", options, (letters[i % 3], letters[i % 3 + 1]))
        case Kind.JUDGE:
            return Question(id_, kind, f"第{i}题的说法正确。", answer=("对" if i % 2 else "错",))
        case Kind.BLANK:
            return Question(id_, kind, f"第{i}题：应当在____日内____。", answer=((str(i), f"{i}个"), ("申请",)))
    return Question(id_, kind, f"第{i}题的案情。")


async def fill_bank(database: Database, n: int) -> None:
    """Put them in, all active."""
    made = generated(n)
    for first in range(0, n, SLICE):
        async with database.write() as tx:
            folded = [(f"fold-{one.id}", one) for one in made[first : first + SLICE]]
            await questions.add(tx, folded, now=NOW, by="test")
