"""The two other ways to show a sitting: words only, and a new card for every question where few sit."""

import pytest

from handlers.chat import exam_showing
from handlers.routes import router
from storage.database import Database
from tests.handlers.sitting_city import opened, single
from tests.handlers.stage import BREAK, Stage
from training.exams import Mode
from training.rules import Rules

MANY = tuple(single(n) for n in range(1, 26))


async def stage_of(database: Database, mode: Mode, *persons: str) -> Stage:
    await opened(database, *persons, questions=MANY)
    stage = Stage(database)
    return Stage(database, stage.clock, routes=router(Rules(), stage.shelf, mode))


async def test_words_only_send_nothing(database: Database) -> None:
    stage = await stage_of(database, Mode.TEXT)
    zhou = stage.phone("zhou")
    assert BREAK not in await zhou("考试")
    assert (await zhou("开始")).startswith("【1/25 单选题】")
    assert (await zhou("A")).startswith("✓ 已保存 第1题 A 10:00:00\n【2/25 单选题】")
    assert stage.wire.boxes.get("zhou", []) == []


async def test_a_new_card_for_every_question(database: Database) -> None:
    stage = await stage_of(database, Mode.CARDS)
    zhou = stage.phone("zhou")
    assert (await zhou("开始")).startswith("1/25 单选题")
    greyed, card = (await zhou.tap("B")).split(BREAK)
    assert "已保存 B" in greyed
    assert card.startswith("2/25 单选题")
    assert len(stage.wire.boxes["zhou"]) == 2
    changed = await zhou.tap("下一题")  # no answer, no new card
    assert changed.startswith("3/25 单选题")
    assert len(stage.wire.boxes["zhou"]) == 2


async def test_never_more_cards_than_reach_a_person(database: Database) -> None:
    stage = await stage_of(database, Mode.CARDS)
    zhou = stage.phone("zhou")
    await zhou("开始")
    for number in range(2, 22):
        assert (await zhou.tap("A")).split(BREAK)[1].startswith(f"{number}/25")
    assert (await zhou.tap("A")).startswith("22/25")  # the card in hand is changed
    assert len(stage.wire.boxes["zhou"]) == 21
    stage.clock.on(minutes=1)
    assert BREAK in await zhou.tap("A")


async def test_where_many_sit_the_card_in_hand_is_changed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exam_showing, "MOST_SITTERS", 2)
    stage = await stage_of(database, Mode.CARDS, "R1", "R2")
    zhou = stage.phone("zhou")
    await zhou("开始")
    assert (await zhou.tap("A")).startswith("2/25")
    assert len(stage.wire.boxes["zhou"]) == 1
