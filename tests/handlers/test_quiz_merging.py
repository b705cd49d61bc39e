"""并档 of somebody who answered quizzes under both numbers: nothing counts twice, nothing is lost."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from handlers.actions import batches, merging
from storage import ledger, wishes
from storage.database import Database
from storage.scope import EVERYTHING
from tests.bot.desk import verified
from tests.handlers.city import JUDGE, MULTIPLE, SINGLE, add_person, populate
from tests.handlers.quiz_city import given, posted, sent, staged
from tests.handlers.stage import MONDAY, Stage, at
from training.batches import Changes, Reversal
from training.broadcasts import Answered
from training.quiz_merge import answers_moved, titles_twice

ONE = Answered(1, 0, "R9", "then", "B", True, at(MONDAY), 10, 10)


@pytest.fixture
async def stage(database: Database) -> Stage:
    """周敏 is R1 with the account `zhou`, and R9 with `zhou9`; the third quiz asks what the second does."""
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "second", name="何芳", role="city_admin")
        await add_person(tx, "R9", "zhou9", name="周敏")
        await wishes.mark_privacy_shown(tx, ["R6", "R9"], at(MONDAY, "08:00"))
    await sent(database, questions=(JUDGE, MULTIPLE), persons=("R1", "R9"))
    await sent(database, questions=(SINGLE,), persons=("R1",))
    await sent(database, questions=(SINGLE,), persons=("R9",))
    return staged(database)


async def confirmed(stage: Stage, changes: Changes) -> None:
    """Proposed by one city admin, confirmed by another."""
    async with stage.database.write() as tx:
        person = await batches.proposer(tx, stage.rules, "wecom", "admin", stage.clock())
        number = await batches.propose(tx, person, changes, "更正", stage.clock())
    stage.clock.on(minutes=1)
    assert "已确认并生效" in await stage.phone("second")(f"确认 {number}")


async def merge(stage: Stage) -> None:
    """R9 becomes R1."""
    async with stage.database.read() as tx:
        changes = await merging.proposed(tx, stage.rules, "R9", "R1", stage.clock())
    await confirmed(stage, changes)


async def sums(database: Database) -> dict[str, dict[str, int]]:
    async with database.read() as tx:
        found = await ledger.standings(tx, EVERYTHING, ["R1", "R9"], 2026)
    return {person: dict(held.by_form) for person, held in found.items()}


async def test_answers_and_hours_go_along_once(stage: Stage, database: Database) -> None:
    zhou, zhou9 = stage.phone("zhou"), stage.phone("zhou9")
    await zhou.key("quiz:1:0:错")
    await zhou.key("quiz:2:0:B")
    await zhou9.key("quiz:1:0:对")  # the same question
    await zhou9.key("quiz:1:1:", "A", "B", "C")  # only here
    await zhou9.key("quiz:3:0:D")  # the same question of the bank in another quiz
    await merge(stage)
    assert await given(database) == [
        (1, 0, "R1", "错", True, 10, 10),
        (1, 0, "R9", "对", False, 10, 10),
        (1, 1, "R1", "ABC", True, 10, 10),
        (2, 0, "R1", "B", True, 10, 10),
        (3, 0, "R1", "D", False, 0, 0),
    ]
    assert await sums(database) == {"R1": {"quiz": 30}, "R9": {"quiz": 0}}
    merged = [line.entry for line in await posted(database) if line.entry.source == "merge"]
    assert sorted((entry.title, entry.hours, entry.note) for entry in merged) == [
        ("群发答题 1 第1题 j1", Decimal("-0.10"), "并入 人员编号 R1；该题已有记录，不重复计"),
        ("群发答题 1 第2题 m1", Decimal("-0.10"), "并入 人员编号 R1"),
        ("群发答题 1 第2题 m1", Decimal("0.10"), "原第 4 条，由人员编号 R9 并入"),
        ("群发答题 3 第1题 s1", Decimal("-0.10"), "并入 人员编号 R1；该题已有记录，不重复计"),
    ]
    assert await verified(database)
    assert (await zhou9.key("quiz:3:0:B")).startswith("此题您已作答（回答错误），以首次为准\n")
    assert "+0.00（此题本年度已计过学时）" in await zhou9.key("quiz:3:0:B")


async def test_who_was_asked_under_the_other_number_may_answer(stage: Stage, database: Database) -> None:
    assert "没有发给您" in await stage.phone("zhou").key("quiz:3:0:B")
    await merge(stage)
    for account in ("zhou9", "zhou"):
        assert await stage.phone(account).key("quiz:3:0:B") != ""
    assert await given(database) == [(3, 0, "R1", "B", True, 10, 10)]
    assert await sums(database) == {"R1": {"quiz": 10}}


async def test_a_line_is_taken_back(stage: Stage, database: Database) -> None:
    """The answer stays the first one, and the question is not credited in another quiz instead."""
    await stage.phone("zhou").key("quiz:2:0:B")
    await confirmed(stage, Reversal(1, "R1", "第 1 条"))
    assert await sums(database) == {"R1": {"quiz": 0}}
    assert await verified(database)
    assert (await stage.phone("zhou").key("quiz:2:0:B")).startswith("此题您已作答")
    assert len(await posted(database)) == 2


@pytest.mark.parametrize(
    ("goes", "stays", "twice"),
    [
        ((ONE, "q"), (ONE, "q"), True),
        ((ONE, ""), (ONE, ""), True),
        ((ONE, "q"), (replace(ONE, broadcast=2), "q"), True),
        ((ONE, "q"), (replace(ONE, broadcast=2, earned=0), "q"), False),
        ((ONE, "q"), (replace(ONE, broadcast=2, answered_at=at(MONDAY.replace(year=2025))), "q"), False),
        ((ONE, "q"), (replace(ONE, broadcast=2), "p"), False),
        ((ONE, ""), (replace(ONE, broadcast=2), ""), False),
        ((ONE, "q"), (replace(ONE, item=1), "p"), False),
    ],
)
def test_what_is_on_the_others_record(
    goes: tuple[Answered, str], stays: tuple[Answered, str], *, twice: bool
) -> None:
    title = "群发答题 1 第1题 q" if goes[1] else "群发答题 1 第1题"
    assert titles_twice([goes], [stays]) == ({title} if twice else set())


def test_an_answer_whose_line_is_gone_posts_nothing() -> None:
    assert answers_moved([(ONE, "q")], [], "R1", []) == (replace(ONE, person="R1", posted=0),)
