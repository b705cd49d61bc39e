"""Rates in 群发结果: of few people none is said, nor can it be found by subtraction."""

from collections.abc import Mapping, Sequence

import pytest
from msgspec import structs

from handlers.actions.broadcast_results import Results, results
from handlers.texts import broadcast_results as texts
from storage import units
from storage.database import Database
from tests.handlers.city import JUDGE, SINGLE, populate
from tests.handlers.sent_broadcast import QUIZ, SENT_AT, answered, send
from tests.handlers.stage import MONDAY, Stage, at
from training.exam_results import Rate
from training.people import Fact, UnitField


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    named = [("1", "宁国市", ""), ("11", "司法局", "1"), ("12", "公安局", "1")]
    facts = [
        Fact(code, field, value, MONDAY, at(MONDAY))
        for code, name, parent in named
        for field, value in ((UnitField.NAME, name), (UnitField.PARENT, parent))
    ]
    async with database.write() as tx:
        await units.add(tx, facts, by="test", now=at(MONDAY), today=MONDAY)
    stage = Stage(database)
    stage.clock.now = SENT_AT
    return stage


async def by_unit(stage: Stage, right: Mapping[str, Sequence[bool]], persons: Mapping[str, int]) -> Results:
    """Of each unit so many are written to; the first of them answer the one question, rightly or not."""
    people = [(f"{unit}-{n}", unit, [f"a{unit}-{n}"]) for unit, count in persons.items() for n in range(count)]
    async with stage.database.write() as tx:
        made = await send(tx, stage, [people], structs.replace(QUIZ, questions=("s1",)), questions=(SINGLE,))
        for unit, given in right.items():
            for n, correct in enumerate(given):
                await answered(tx, made.number, f"{unit}-{n}", {0: correct}, unit)
        return await results(tx, None, made.number)


async def test_a_rate_of_a_unit_stands_where_nothing_can_be_found_by_subtraction(stage: Stage) -> None:
    right = {"11": [True] * 3 + [False] * 2, "12": [False] * 5}
    found = await by_unit(stage, right, {"11": 6, "12": 5})
    assert [(unit.path, unit.right) for unit in found.units] == [
        ("宁国市/公安局", Rate(0, 5)),
        ("宁国市/司法局", Rate(3, 5)),
    ]
    assert texts.overview(found).endswith("宁国市/司法局：发送 6，送达 0，参与 5，正确率 60.00%")


async def test_where_few_of_many_answered_no_rate_is_said(stage: Stage) -> None:
    """Of nine one answered: the rate of the unit would be that person's result."""
    found = await by_unit(stage, {"11": [True], "12": [False] * 3}, {"11": 9, "12": 20})
    assert (found.answered, found.right) == (4, None)
    assert [unit.right for unit in found.units] == [None, None]
    assert "正确率 " not in texts.overview(found)
    assert found.told == frozenset()


@pytest.mark.parametrize("written_to", [2, 30])
async def test_answers_of_few_cannot_be_found_by_subtraction(stage: Stage, written_to: int) -> None:
    """11: ten answered; 12: nobody of ten did; 13: two did."""
    right = {"11": [True] * 5 + [False] * 5, "13": [False] * 2}
    found = await by_unit(stage, right, {"11": 10, "12": 10, "13": written_to})
    told = [unit.right for unit in found.units if unit.right is not None]
    assert found.right == Rate(5, 12)
    assert 12 - sum(rate.of for rate in told) >= 5


async def test_the_unit_in_which_the_fewest_of_many_answered_covers_the_few(stage: Stage) -> None:
    right = {"11": [True] * 9, "12": [False] * 6, "13": [True] * 4}
    found = await by_unit(stage, right, {"11": 9, "12": 50, "13": 4})
    assert {unit.path: unit.right for unit in found.units} == {
        "宁国市/司法局": Rate(9, 9),
        "宁国市/公安局": None,
        "13": None,
    }


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ((9, 9, 9), {0, 1, 2}),
        ((9, 7, 0), {0, 1}),
        ((9, 7, 4), {0}),  # or the total without the first two would be that of four people
        ((9, 4, 4), set()),  # the two may be of the same four
        ((5, 4, 0), set()),
        ((4, 4, 4), set()),
    ],
)
async def test_a_question_that_few_answered_has_no_rate(
    stage: Stage, given: tuple[int, ...], told: set[int]
) -> None:
    people = [(f"A{n}", "11", [f"a{n}"]) for n in range(10)]
    async with stage.database.write() as tx:
        made = await send(tx, stage, [people], questions=(SINGLE, JUDGE, SINGLE))
        for item, count in enumerate(given):
            for n in range(count):
                await answered(tx, made.number, f"A{n}", {item: True})
        assert (await results(tx, None, made.number)).told == told
