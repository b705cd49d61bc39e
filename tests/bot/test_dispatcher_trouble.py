"""The desk when something goes wrong, and the order of what one person sends."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from handlers.actions.daily import Answering
from handlers.message import Kind, Reply, Text
from handlers.routing import Hot, Item, Route, Router
from handlers.texts.refusals import APOLOGY
from storage import daily
from storage.database import Database, Tx
from tests.bot.desk import KEY, crowd, first_line, lines, verified
from tests.handlers.city import populate
from tests.handlers.stage import MONDAY, Stage


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[Any]]:
    """What is logged; an exception is not drawn for the console, which takes seconds."""
    with capture_logs() as found:
        yield found


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    made = Stage(database)
    await made.phone("lin")("今日一题")
    return made


# ---- what goes wrong ------------------------------------------------------------------------------------------


class Spoiled(Exception):
    """A bug, for the tests."""


def poisoned(stage: Stage, letter: str = "C", times: int = 10_000) -> Stage:
    """The same city with a desk on which this answer runs into a bug, in the middle of the batch."""
    answering, left = Answering(stage.rules), [times]

    def decide(state: Any, item: Item, now: datetime) -> Any:
        if item.rest.endswith(f":{letter}") and left[0]:
            left[0] -= 1
            raise Spoiled
        return answering.decide(state, item, now)

    def said(item: Item, receipt: Any) -> Reply:
        return Reply(Text(f"{item.asker.person.number} {getattr(receipt, 'first', '')}"))

    async def otherwise(tx: Tx, item: Item, now: datetime) -> Reply:
        if item.incoming.text == "bug":
            raise Spoiled
        return Reply(Text(item.incoming.text))

    hot = Hot(answering.load, decide, answering.write, said)
    routes = Router((Route(hot, tap="daily"),), otherwise)
    return Stage(stage.database, stage.clock, routes=routes)


async def test_a_poisoned_act_fails_alone(stage: Stage) -> None:
    names = await crowd(stage.database, 9)
    bad = poisoned(stage)
    keys = ["B"] * 4 + ["C"] + ["B"] * 4
    acts = [bad.act(name, KEY + key, Kind.TAP) for name, key in zip(names, keys, strict=True)]
    await bad.answers(*acts, bad.act("zhou", "hello"), bad.act("chen", "bug"))
    for n, name in enumerate(names):
        said = await bad.phone(name).read()
        assert said.splitlines()[0].startswith("抱歉，系统刚才出了点问题" if n == 4 else f"N{name} True")
    assert [person for person, _ in await lines(bad.database)] == [f"Nu{n:03}" for n in range(9) if n != 4]
    assert await verified(bad.database)


async def test_a_bug_is_apologised_for_with_the_number_of_its_log_line(stage: Stage, logged: list[Any]) -> None:
    bad = poisoned(stage)
    words = await bad.phone("zhou")("bug")
    tapped = await bad.phone("chen").key(KEY + "C")
    numbers = [line["id"] for line in logged if line["event"] == "act_failed"]
    assert [words, tapped] == [APOLOGY.format(number=number) for number in numbers]
    assert not any("zhou" in str(line) or "R1" in str(line) for line in logged)
    assert await bad.phone("lin")("hello") == "hello"
    assert bad.metrics.registry.get_sample_value("xuefa_acts_total", {"outcome": "failed"}) == 2.0


async def test_what_failed_may_be_tried_again(stage: Stage) -> None:
    bad = poisoned(stage)
    act = bad.act("zhou", KEY + "C", Kind.TAP)
    await bad.answers(act)
    [answer] = await stage.answers(act)
    assert first_line(answer) == "✗ 回答错误"
    assert await lines(stage.database) == [("R1", MONDAY)]


async def test_a_passing_trouble_is_not_seen(stage: Stage) -> None:
    """Another process was in the way: the act by itself is done once more before anybody hears of it."""
    once = poisoned(stage, times=1)
    assert await once.phone("zhou").key(KEY + "C") == "R1 True"
    assert await lines(once.database) == [("R1", MONDAY)]


async def test_being_overtaken_is_read_again(stage: Stage) -> None:
    answering, overtaken = Answering(stage.rules), [True]

    async def write(tx: Tx, state: Any, decisions: Sequence[Any], now: datetime) -> None:
        await answering.write(tx, state, decisions, now)
        if overtaken.pop() if overtaken else False:
            await daily.record(tx, [answered for answered, *_ in state.new])

    hot = Hot(answering.load, answering.decide, write, lambda item, _: Reply(Text(item.asker.person.number)))
    again = Stage(stage.database, stage.clock, routes=Router((Route(hot, tap="daily"),), _echo))
    assert await again.phone("zhou").key(KEY + "B") == "R1"
    assert await lines(again.database) == [("R1", MONDAY)]
    assert await verified(again.database)


async def _echo(tx: Tx, item: Item, now: datetime) -> Reply:
    return Reply(Text(item.incoming.text))


# ---- order ----------------------------------------------------------------------------------------------------


async def test_what_a_person_sends_is_done_in_order(stage: Stage) -> None:
    """However answers and commands alternate, and whatever others do in between."""
    done: list[tuple[str, str]] = []

    async def load(tx: Tx, items: Sequence[Item], now: datetime) -> None: ...

    async def write(tx: Tx, state: Any, decisions: Sequence[Any], now: datetime) -> None: ...

    def decide(state: Any, item: Item, now: datetime) -> None:
        done.append((item.asker.person.number, item.incoming.text))

    async def cold(tx: Tx, item: Item, now: datetime) -> Reply:
        decide(None, item, now)
        return Reply(Text("."))

    hot = Hot(load, decide, write, lambda _item, _decision: Reply(Text(".")))
    other_hot = Hot(load, decide, write, lambda _item, _decision: Reply(Text("..")))
    routes = Router((Route(hot, tap="a"), Route(other_hot, tap="b")), cold)
    mixed = Stage(stage.database, stage.clock, routes=routes)
    plans = {
        "zhou": ["a:1", "2", "a:3", "4", "5", "a:6", "b:7", "a:8"],
        "chen": ["1", "a:2", "a:3", "4", "a:5", "b:6", "7", "8"],
        "wu": ["a:1", "a:2", "a:3", "a:4", "b:5", "b:6", "a:7", "8"],
        "wu2": [],
    }
    acts = []
    for step in range(8):
        for account, words in plans.items():
            if words:
                kind = Kind.TAP if ":" in words[step] else Kind.TEXT
                speaker = "wu2" if account == "wu" and step % 2 else account  # one person, two accounts
                acts.append(mixed.act(speaker, words[step], kind))
    await mixed.answers(*acts)
    for number, account in (("R1", "zhou"), ("R2", "chen"), ("R3", "wu")):
        assert [words for person, words in done if person == number] == plans[account]
