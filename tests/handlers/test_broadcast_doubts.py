"""What nobody knows of a broadcast, as it is told: answers that were lost, and what was sent a second time."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import event

from bot.channels.channel import Outcome, Verdict
from bot.channels.wecom_api import ApiSettings, Client, open_session
from bot.channels.wecom_delivery import Delivery
from bot.endings import DUPLICATE_WINDOW
from bot.sandbox import App, Corp, Department, Member, Sandbox, make_app
from handlers.actions.broadcast_recall import Recalled, recall, resend_unknown
from handlers.actions.broadcast_results import Results, results
from handlers.texts import broadcast_results as texts
from storage import outbox
from storage.broadcast_results import Fate
from storage.database import Database
from storage.outbox import Draft
from storage.outbox import State as Sending
from tests.handlers.city import populate
from tests.handlers.sent_broadcast import CLOSES, NOTICE, SENT_AT, closing_of, send, set_outbox, to_the_end
from tests.handlers.stage import Stage
from tests.handlers.wire import AGENT, CORP, Wire
from training.broadcasts import State

ZHOU, CHEN, LIN = ("R1", "11", ["zhou"]), ("R2", "11", ["chen"]), ("R4", "12", ["lin"])
BUSY = Outcome(Verdict.RETRY, -1, "system busy", wait_seconds=5.0)


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    made = Stage(database)
    made.clock.now = SENT_AT
    return made


async def made(stage: Stage, *parts: Any, **more: Any) -> int:
    async with stage.database.write() as tx:
        return (await send(tx, stage, parts, **more)).number


async def unknown(stage: Stage, number: int, part: int = 0) -> None:
    async with stage.database.write() as tx:
        await set_outbox(tx, f"broadcast-{number}-{part}-0", state=Sending.UNKNOWN, finished_at=SENT_AT)


async def again(stage: Stage, number: int) -> None:
    async with stage.database.write() as tx:
        assert await resend_unknown(tx, None, number, stage.clock(), by="root") == 1


async def taken_back(stage: Stage, number: int) -> Recalled:
    async with stage.database.write() as tx:
        return await recall(tx, None, number, "错", stage.clock(), via="cli", by="root")


async def found(stage: Stage, number: int) -> Results:
    async with stage.database.read() as tx:
        return await results(tx, None, number)


async def told(stage: Stage, number: int) -> str:
    return texts.overview(await found(stage, number))


# ---- answers that were lost -----------------------------------------------------------------------------------


@dataclass
class Deaf(Wire):
    """The real way out, into a WeCom that plays; the first answers do not come back."""

    delivery: Delivery | None = None
    lost: int = 1
    outcomes: list[Outcome] = field(default_factory=list)

    async def deliver(self, draft: Draft, *, repeated: bool) -> Outcome:
        assert self.delivery is not None
        outcome = await self.delivery.deliver(draft, repeated=repeated)
        self.outcomes.append(outcome)
        return Outcome(Verdict.UNKNOWN, reason="cut") if len(self.outcomes) <= self.lost else outcome


@pytest.mark.parametrize("resent", [False, True])
async def test_a_card_whose_answer_is_lost_arrives_once_and_cannot_be_taken_back(
    database: Database, resent: bool
) -> None:
    """Its repeat, of itself or by a person, is refused as one (42014): it is in hand once, and that is all."""
    await populate(database)
    members = [Member("zhou", "周敏", 1), Member("chen", "陈静", 1)]
    app = App(AGENT, "s", "t" * 6, "a" * 43, callback_url="http://127.0.0.1:9/")  # or it takes no cards
    sandbox = Sandbox(Corp(CORP, [app], members, [Department(1, "市", 0)]))
    server = TestServer(make_app(sandbox))
    await server.start_server()
    settings = ApiSettings(CORP, str(AGENT), "s", str(server.make_url("/cgi-bin")))
    async with open_session(settings) as session:
        wire = Deaf(delivery=Delivery(Client(settings, session)))
        stage = Stage(database, wire=wire)
        stage.clock.now = SENT_AT
        number = await made(stage, [ZHOU, CHEN])
        await stage.send_all()
        if resent:
            stage.clock.now += DUPLICATE_WINDOW + timedelta(minutes=1)
            await stage.send_all()
            assert "结果不明的 2 人可能已收到" in await told(stage, number)
            await again(stage, number)
        else:
            stage.clock.on(minutes=1)
        await stage.send_all()
    await server.close()
    await sandbox.close()
    assert [(one.verdict, one.code) for one in wire.outcomes] == [(Verdict.SENT, 0), (Verdict.SENT, 42014)]
    assert [len(sandbox.chat(account)) for account in ("zhou", "chen")] == [1, 1]
    now = await told(stage, number)
    assert "送达 2 人\n送达中有 2 人没有取回企业微信的回执，其账号是否有效不明\n" in now
    assert "两次" not in now
    assert texts.card(await found(stage, number)).body == "答题中，无回执 2"
    done = await taken_back(stage, number)
    assert done == Recalled(withdrawn=0, recalled=0, too_late=0, unknown=0, without_receipt=2)
    assert "已发出但没有取回企业微信回执的 2 人无法撤回" in texts.recalled(number, done)
    assert await closing_of(stage).tick(database, stage.clock()) is False
    assert "2 人的消息已发出，但没有取回企业微信的回执，无法撤回，其账号是否有效不明" in await told(stage, number)


# ---- what was sent a second time ------------------------------------------------------------------------------


async def test_what_was_sent_again_may_be_seen_twice_and_stays_so(stage: Stage) -> None:
    number = await made(stage, [ZHOU, CHEN], [LIN], settings=NOTICE)
    await stage.send_all()
    await unknown(stage, number)
    await again(stage, number)
    assert "送达 1 人，等待补发 2\n" in await told(stage, number)
    await stage.send_all()
    said = "送达 3 人\n可能收到两次 2 人\n"
    assert said in await told(stage, number)
    assert texts.card(await found(stage, number)).body == "已发出，可能收到两次 2"
    stage.clock.now = SENT_AT + timedelta(days=3)
    await to_the_end(stage, closing_of(stage))
    stage.clock.on(minutes=5)
    await stage.send_all()
    summary = stage.wire.boxes["admin"][-1].text
    assert summary.startswith("【群发 1】开会：已结束\n")
    assert said in summary


async def test_a_second_try_that_failed_says_nothing_of_the_first(stage: Stage) -> None:
    number = await made(stage, [ZHOU, CHEN], settings=NOTICE)
    await unknown(stage, number)
    await again(stage, number)
    stage.wire.script = [BUSY] * 4
    for _ in range(4):
        await stage.send_all()
        stage.clock.on(seconds=100)
    now = await told(stage, number)
    assert "送达 0 人，补发未能发出 2\n" in now
    assert "补发未能发出的 2 人可能已收到第一次发的，也可能没有收到，要再发请回复“群发 补发 1”。" in now
    assert "肯定没有收到" not in now
    assert texts.ask_resend(await found(stage, number)) == (
        "群发 1 中结果不明的 2 人可能已经收到，再发一次，有的人可能看到两次。仍要再发，请回复“群发 补发 1 确认”。"
    )
    assert (await taken_back(stage, number)).unknown == 2


async def test_a_second_try_that_is_refused_leaves_the_first_unknown(stage: Stage) -> None:
    number = await made(stage, [ZHOU], [CHEN], settings=NOTICE)
    async with stage.database.write() as tx:
        twice = {"state": Sending.REFUSED, "finished_at": SENT_AT, "maybe_twice": True, "code": 82004}
        await set_outbox(tx, f"broadcast-{number}-0-0", **twice, reason="content")
        await set_outbox(tx, f"broadcast-{number}-1-0", **twice | {"code": 81013}, invalid="chen")
    sending = (await found(stage, number)).sending
    assert dict(sending) == {Fate.GIVEN_UP: 1, Fate.REFUSED: 1}  # of chen WeCom said that nobody can be reached
    assert (await found(stage, number)).maybe_twice == 1
    assert "结果不明且不再重发 1" in await told(stage, number)


async def test_what_is_taken_back_before_its_second_try_is_still_unknown(stage: Stage) -> None:
    number = await made(stage, [ZHOU, CHEN], settings=NOTICE)
    await unknown(stage, number)
    await again(stage, number)
    done = await taken_back(stage, number)
    assert done == Recalled(withdrawn=0, recalled=0, too_late=0, unknown=2)
    now = await told(stage, number)
    assert "结果不明且不再重发 2" in now
    assert "未发已撤下" not in now


async def test_a_quiz_that_closes_before_its_second_try_is_still_unknown(stage: Stage) -> None:
    number = await made(stage, [ZHOU, CHEN])
    await unknown(stage, number)
    stage.clock.now = CLOSES - timedelta(minutes=1)
    await again(stage, number)
    stage.clock.now = CLOSES
    await to_the_end(stage, closing_of(stage))
    stage.clock.on(days=1)
    await stage.send_all()
    summary = stage.wire.boxes["admin"][-1].text
    assert "送达 0 人，结果不明且不再重发 2\n" in summary
    assert "截止前未发出" not in summary


# ---- the list -------------------------------------------------------------------------------------------------


async def test_the_list_looks_at_no_receiver_and_counts_no_answers_by_unit(stage: Stage) -> None:
    await made(stage, [ZHOU, CHEN], settings=NOTICE)
    await made(stage, [LIN])
    await stage.send_all()
    seen: list[str] = []

    def see(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    engines = {stage.database.writer.sync_engine, stage.database.reader.sync_engine}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", see)
    try:
        said = await stage.phone("admin")("群发 列表")
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", see)
    assert "2 人，送达 2" in said
    assert "1 人，送达 1，参与 0" in said
    assert any("FROM quiz_answer" in statement for statement in seen)
    assert not [one for one in seen if "FROM broadcast_receiver" in one or "GROUP BY quiz_answer" in one]


async def test_nothing_unknown_is_said_where_all_is_known(stage: Stage) -> None:
    number = await made(stage, [ZHOU], settings=NOTICE)
    await stage.send_all()
    async with stage.database.read() as tx:
        assert (await outbox.counts(tx)) == {"sent": 1}
    now = await told(stage, number)
    assert "回执" not in now and "两次" not in now
    assert (await found(stage, number)).broadcast.state is State.OPEN
