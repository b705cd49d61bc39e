"""A broadcast is taken back; and what has no answer is sent again or given up."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from bot.channels.channel import Outcome, Verdict
from bot.channels.wecom_api import ApiSettings, Client, open_session
from bot.channels.wecom_delivery import Delivery
from bot.sandbox import App, Corp, Department, Member, Sandbox, make_app
from handlers.actions.broadcast_recall import Recalled, give_up_unknown, recall, resend_unknown
from handlers.actions.broadcast_results import results
from handlers.actions.broadcast_setting import place
from handlers.broadcast_clock import BroadcastClock
from handlers.holding import always
from handlers.texts import broadcast_results as texts
from storage import broadcasts, outbox, tables, units
from storage.broadcasts import Pending, Variant, Waiting
from storage.database import Database
from storage.outbox import Draft
from storage.outbox import State as Sending
from tests.handlers.city import NEW_YEAR, add_person, populate
from tests.handlers.sent_broadcast import (
    CLOSES,
    NOTICE,
    SENT_AT,
    closing_of,
    one,
    person,
    send,
    set_outbox,
    to_the_end,
)
from tests.handlers.stage import MONDAY, Stage
from tests.handlers.wire import AGENT, CORP, Wire
from training.broadcast_errors import NoSuchBroadcast, NotInState
from training.broadcasts import Kind, Left, Settings, State
from training.errors import NotAllowed
from training.people import Fact, UnitField

ZHOU, CHEN = ("R1", "11", ["zhou"]), ("R2", "11", ["chen"])
WU, LIN = ("R3", "11", ["wu", "wu2"]), ("R4", "12", ["lin"])
HOUR = timedelta(hours=1)


@pytest.fixture
async def stage(database: Database) -> Stage:
    await populate(database)
    async with database.write() as tx:
        await add_person(tx, "R6", "unit6", role="unit_admin", managed_units="11")
        await add_person(tx, "R7", "unit7", role="unit_admin", managed_units="11")
        await add_person(tx, "R8", "audit", role="auditor")
        named = Fact("11", UnitField.NAME, "局", NEW_YEAR, SENT_AT)
        await units.add(tx, [named], by="test", now=SENT_AT, today=MONDAY)
    made = Stage(database)
    made.clock.now = SENT_AT
    return made


async def made(stage: Stage, *parts: Any, **more: Any) -> int:
    async with stage.database.write() as tx:
        return (await send(tx, stage, parts, **more)).number


async def taken_back(stage: Stage, number: int, reason: str = "发错了") -> Recalled:
    async with stage.database.write() as tx:
        return await recall(tx, await person(tx, "R5"), number, reason, stage.clock())


async def requests(stage: Stage, kind: str) -> list[tuple[str, str, Any]]:
    """(state, reason, body) of those whose ref has this letter behind the number."""
    columns = (tables.outbox.c.state, tables.outbox.c.reason, tables.outbox.c.body)
    mine = tables.outbox.c.ref.like(f"broadcast-%{kind}-%")
    async with stage.database.read() as tx:
        rows = await tx.execute(select(*columns).where(mine).order_by(tables.outbox.c.id))
        return [(state, reason, msgspec.json.decode(body)) for state, reason, body in rows]


async def audited(stage: Stage) -> list[tuple[str, ...]]:
    names = ("actor", "via", "what", "subject", "before", "after", "reason")
    log = tables.audit_log
    async with stage.database.read() as tx:
        rows = await tx.execute(select(*(log.c[name] for name in names)).order_by(log.c.seq))
        return [tuple(row) for row in rows if row.what.startswith("broadcast.")]


# ---- who may --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", ["recall", "resend", "give_up"])
@pytest.mark.parametrize(
    ("sender", "asker", "refused"),
    [
        ("R6", "R6", None),
        ("R6", "R5", None),  # a city admin
        ("R6", "", None),  # the command line
        ("", "R5", None),
        ("R6", "R7", NoSuchBroadcast),  # an admin of the same unit
        ("R5", "R6", NoSuchBroadcast),
        ("R6", "R8", NotAllowed),  # an auditor sees it, and changes nothing
        ("R6", "R1", NoSuchBroadcast),
        ("R1", "R1", NoSuchBroadcast),  # is no admin any more
    ],
)
async def test_who_decides_about_it(
    stage: Stage, act: str, sender: str, asker: str, refused: type[Exception] | None
) -> None:
    number = await made(stage, [ZHOU], sender=sender)

    async def acted() -> None:
        async with stage.database.write() as tx:
            who = await person(tx, asker) if asker else None
            if act == "recall":
                await recall(tx, who, number, "", SENT_AT, via="cli", by="root")
            else:
                await (resend_unknown if act == "resend" else give_up_unknown)(tx, who, number, SENT_AT, by="root")

    if refused is not None:
        with pytest.raises(refused):
            await acted()
        assert await audited(stage) == []
        return
    await acted()
    [line] = await audited(stage)
    assert (line[0], line[2], line[3]) == (asker or "root", f"broadcast.{act}", str(number))


@pytest.mark.parametrize("state", list(State))
async def test_only_what_went_out_is_taken_back(stage: Stage, state: State) -> None:
    number = await made(stage, [ZHOU], state=state)
    if state in (State.SENDING, State.OPEN, State.CLOSED):
        await taken_back(stage, number)
        assert (await one(stage.database, number)).state == State.RECALLED
        return
    with pytest.raises(NoSuchBroadcast if state is State.DRAFT else NotInState):
        await taken_back(stage, number)
    assert (await one(stage.database, number)).state == state


# ---- taking back ----------------------------------------------------------------------------------------------


async def test_what_waits_goes_out_no_more_and_what_was_sent_is_taken_back(stage: Stage) -> None:
    number = await made(stage, [ZHOU, CHEN], [WU], [LIN], settings=NOTICE)
    async with stage.database.write() as tx:
        sent = {"state": Sending.SENT, "finished_at": SENT_AT, "msgid": "m-1"}
        await set_outbox(tx, f"broadcast-{number}-0-0", **sent)
        await set_outbox(tx, f"broadcast-{number}-1-0", state=Sending.UNKNOWN, finished_at=SENT_AT)
    stage.clock.now = SENT_AT + 24 * HOUR - timedelta(microseconds=1)
    assert await taken_back(stage, number) == Recalled(withdrawn=1, recalled=2, too_late=0, unknown=1)
    await to_the_end(stage, closing_of(stage))
    assert await requests(stage, "x") == [("queued", "", {"msgid": "m-1"})]
    await stage.send_all()
    assert [draft.path for draft, _ in stage.wire.sent] == ["message/recall"]
    row = await one(stage.database, number)
    assert (row.state, row.note, row.closed_at) == (State.RECALLED, "发错了", stage.clock())
    assert await closing_of(stage).tick(stage.database, stage.clock()) is False  # once
    assert await audited(stage) == [("R5", "chat", "broadcast.recall", str(number), "open", "recalled", "发错了")]


async def test_what_has_no_receipt_cannot_be_taken_back_and_is_said(stage: Stage) -> None:
    """WeCom's answer was lost, and the repeat refused as one (42014): there is no `msgid`."""
    number = await made(stage, [ZHOU, CHEN], [WU], [LIN], settings=NOTICE)
    async with stage.database.write() as tx:
        sent = {"state": Sending.SENT, "finished_at": SENT_AT}
        await set_outbox(tx, f"broadcast-{number}-0-0", **sent, msgid="")
        await set_outbox(tx, f"broadcast-{number}-1-0", **sent, msgid="m-1")
        await set_outbox(tx, f"broadcast-{number}-2-0", **sent | {"finished_at": SENT_AT - HOUR}, msgid="")
    assert "送达中有 3 人没有取回企业微信的回执，其账号是否有效不明" in await overview(stage, number)
    stage.clock.now = SENT_AT + 23.5 * HOUR
    done = await taken_back(stage, number)
    assert done == Recalled(withdrawn=0, recalled=1, too_late=1, unknown=0, without_receipt=2)
    await to_the_end(stage, closing_of(stage))
    assert await requests(stage, "x") == [("queued", "", {"msgid": "m-1"})]
    assert "3 人的消息已发出，但没有取回企业微信的回执，无法撤回" in await overview(stage, number)


async def test_after_24_hours_it_stays_but_its_card_says_so(stage: Stage) -> None:
    number = await made(stage, [ZHOU, CHEN], [WU])
    await stage.send_all()
    async with stage.database.write() as tx:
        late = {"finished_at": SENT_AT + HOUR, "msgid": "m-2"}
        await set_outbox(tx, f"broadcast-{number}-1-0", **late)
    stage.clock.now = SENT_AT + 24 * HOUR
    stage.wire.boxes.clear()
    assert await taken_back(stage, number) == Recalled(withdrawn=0, recalled=1, too_late=2, unknown=0)
    await to_the_end(stage, closing_of(stage))
    assert [body for _, _, body in await requests(stage, "x")] == [{"msgid": "m-2"}]
    await stage.send_all()
    said = {account: [message.text for message in box] for account, box in stage.wire.boxes.items()}
    assert said == {"zhou": ["已撤回"], "chen": ["已撤回"]}


async def test_what_is_just_being_sent_is_taken_back_when_it_has_arrived(stage: Stage) -> None:
    number = await made(stage, [ZHOU], [WU], settings=NOTICE)
    async with stage.database.write() as tx:
        held = await outbox.claim(tx, "wecom", SENT_AT)
        assert len(held) == 2
    assert await taken_back(stage, number) == Recalled(withdrawn=0, recalled=2, too_late=0, unknown=0)
    job = closing_of(stage)
    await job.tick(stage.database, SENT_AT)
    assert await requests(stage, "x") == []
    assert (await one(stage.database, number)).closed_at is None
    async with stage.database.write() as tx:
        await outbox.finish(tx, held[0], outbox.Ending(Sending.SENT, msgid="m-9"), SENT_AT)
        # The other one surely had no effect, and was put back to wait.
        await outbox.finish(tx, held[1], outbox.Ending(Sending.QUEUED), SENT_AT)
    await job.tick(stage.database, SENT_AT)
    await job.tick(stage.database, SENT_AT)
    assert [body for _, _, body in await requests(stage, "x")] == [{"msgid": "m-9"}]
    assert (await one(stage.database, number)).closed_at == SENT_AT
    await stage.send_all()
    assert [draft.path for draft, _ in stage.wire.sent] == ["message/recall"]


async def test_one_that_is_being_sent_stops(stage: Stage) -> None:
    waits = Variant("wecom", False, None, [Waiting("chen", "R2", "11")])  # for its request to be full
    pending = msgspec.json.encode(Pending(1, [waits])).decode()
    number = await made(stage, [ZHOU], state=State.SENDING, pending=pending)
    async with stage.database.write() as tx:
        await broadcasts.add_receivers(tx, number, [("R2", "11", Left.NOT)])
    assert await taken_back(stage, number) == Recalled(withdrawn=2, recalled=0, too_late=0, unknown=0)
    async with stage.database.write() as tx:
        assert await broadcasts.progress(tx, number) is None
    await stage.send_all()
    assert stage.wire.sent == []


async def test_reminders_and_closing_words_that_wait_go_with_it(stage: Stage) -> None:
    number = await made(stage, [ZHOU], state=State.CLOSED)
    other = await made(stage, [CHEN])
    async with stage.database.write() as tx:
        for ref in (f"broadcast-{number}r-a", f"broadcast-{number}s-a", f"broadcast-{other}r-a"):
            draft = outbox.Draft("message/send", b"{}", ("zhou",))
            await outbox.add(tx, "wecom", ref, [draft], lane=ref, mass=True, now=SENT_AT)
    await taken_back(stage, number)
    assert [state for state, _, _ in await requests(stage, "r")] == ["refused", "queued"]
    assert [state for state, _, _ in await requests(stage, "s")] == ["refused"]
    async with stage.database.read() as tx:
        left = (await outbox.states(tx, [f"broadcast-{other}-0-0"]))[f"broadcast-{other}-0-0"]
    assert [row.state for row in left] == [Sending.QUEUED]


async def test_a_part_that_counts_nobody_is_taken_back_too(stage: Stage) -> None:
    """Second accounts of people who are counted with the first."""
    number = await made(stage, [ZHOU], settings=NOTICE, pending='{"parts":2,"variants":[]}')
    lane = broadcasts.lane_of(number, 1)
    async with stage.database.write() as tx:
        ref, draft = broadcasts.ref_of(number, 1, 0), outbox.Draft("message/send", b"{}", ("wu2",))
        await outbox.add(tx, "wecom", ref, [draft], lane=lane, mass=True, now=SENT_AT)
        for part in (0, 1):
            sent = {"state": Sending.SENT, "finished_at": SENT_AT, "msgid": f"m-{part}"}
            await set_outbox(tx, broadcasts.ref_of(number, part, 0), **sent)
    await taken_back(stage, number)
    await to_the_end(stage, closing_of(stage))
    assert [body for _, _, body in await requests(stage, "x")] == [{"msgid": "m-0"}, {"msgid": "m-1"}]


async def test_a_closed_one_is_taken_back_and_is_not_closed_again(stage: Stage) -> None:
    number = await made(stage, [ZHOU], state=State.CLOSED, closed_at=CLOSES)
    stage.clock.now = CLOSES + HOUR
    await taken_back(stage, number)
    await to_the_end(stage, closing_of(stage))
    row = await one(stage.database, number)
    assert (row.state, row.closed_at) == (State.RECALLED, CLOSES + HOUR)


async def test_a_recall_without_an_answer_is_asked_again_and_what_failed_is_said(stage: Stage) -> None:
    number = await made(stage, [ZHOU], [WU], settings=NOTICE)
    await stage.send_all()
    await taken_back(stage, number)
    await to_the_end(stage, closing_of(stage))
    refused = Outcome(Verdict.REFUSED, 40035, "msgid")
    stage.wire.script += [Outcome(Verdict.UNKNOWN, reason="cut"), refused]
    assert "撤回（每批至多 1000 人）：进行中 2 批" in await overview(stage, number)
    await stage.send_all()
    stage.clock.on(minutes=1)
    await stage.send_all()
    tries = [draft.body for draft, _ in stage.wire.sent if draft.path == "message/recall"]
    assert len(tries) == 3
    assert "撤回（每批至多 1000 人）：成功 1 批，未成 1 批" in await overview(stage, number)


async def overview(stage: Stage, number: int) -> str:
    async with stage.database.read() as tx:
        return texts.overview(await results(tx, None, number))


@dataclass
class ToSandbox(Wire):
    """The real way out, into a WeCom that plays."""

    delivery: Delivery | None = None

    async def deliver(self, draft: Draft, *, repeated: bool) -> Outcome:
        assert self.delivery is not None
        return await self.delivery.deliver(draft, repeated=repeated)


async def test_in_the_sandbox_it_is_seen_as_taken_back(database: Database) -> None:
    await populate(database)
    app = App(AGENT, "app-secret", "t" * 6, "a" * 43)
    sandbox = Sandbox(
        Corp(CORP, [app], [Member("zhou", "周敏", 1), Member("lin", "林涛", 1)], [Department(1, "市", 0)])
    )
    server = TestServer(make_app(sandbox))
    await server.start_server()
    settings = ApiSettings(CORP, str(AGENT), "app-secret", str(server.make_url("/cgi-bin")))
    async with open_session(settings) as session:
        stage = Stage(database, wire=ToSandbox(delivery=Delivery(Client(settings, session))))
        stage.clock.now = SENT_AT
        number = await made(stage, [ZHOU], settings=NOTICE)
        other = await made(stage, [LIN], settings=NOTICE)
        await stage.send_all()
        await taken_back(stage, number)
        await to_the_end(stage, closing_of(stage))
        await stage.send_all()
        assert "成功 1 批" in await overview(stage, number)
    await server.close()
    await sandbox.close()
    seen = {account: [message.recalled for message in sandbox.chat(account)] for account in ("zhou", "lin")}
    assert seen == {"zhou": [True], "lin": [False]}
    assert other != number


async def test_what_the_clock_sent_is_closed_and_taken_back(stage: Stage) -> None:
    """With the real sending before it: the rows are those that it leaves."""
    quiz = Settings(Kind.QUIZ, title="宪法", questions=("s1", "j1"), tell_all=True)
    async with stage.database.write() as tx:
        placed = await place(tx, stage.rules, quiz, sender=None, via="cli", now=SENT_AT, awake=always)
    clock = BroadcastClock(stage.rules, {stage.wire.name: stage.jobs.freeze})
    while await clock.tick(stage.database, SENT_AT):
        pass
    await stage.send_all()
    accounts = ["admin", "audit", "chen", "lin", "unit6", "unit7", "wu", "wu2", "zhou"]
    assert sorted(stage.wire.boxes) == accounts
    assert placed.closes_at is not None
    stage.clock.now = placed.closes_at
    await to_the_end(stage, closing_of(stage))
    stage.clock.on(minutes=5)
    await stage.send_all()
    summary = stage.wire.boxes["admin"].pop(1).text
    assert "发送对象 8 人，送达 8 人" in summary
    heard = {account: [message.text for message in box][1:] for account, box in stage.wire.boxes.items()}
    assert all(texts[0] == "已截止" and "答题已截止，共 0 人参与" in texts[1] for texts in heard.values())
    done = await taken_back(stage, placed.number)
    assert (done.recalled + done.too_late, done.withdrawn, done.unknown) == (8, 0, 0)


# ---- without an answer ----------------------------------------------------------------------------------------


async def test_what_is_unknown_is_sent_again_and_counted(stage: Stage) -> None:
    number = await made(stage, [ZHOU], [WU], settings=NOTICE)
    async with stage.database.write() as tx:
        await set_outbox(tx, f"broadcast-{number}-0-0", state=Sending.UNKNOWN, finished_at=SENT_AT)
        await set_outbox(tx, f"broadcast-{number}-1-0", state=Sending.SENT, finished_at=SENT_AT)
        assert await resend_unknown(tx, await person(tx, "R5"), number, SENT_AT) == 1
    await stage.send_all()
    assert [draft.receivers for draft, _ in stage.wire.sent] == [("zhou",)]
    assert await audited(stage) == [("R5", "chat", "broadcast.resend", str(number), "open", "1", "")]


async def test_what_is_unknown_is_given_up(stage: Stage) -> None:
    number = await made(stage, [ZHOU], settings=NOTICE)
    async with stage.database.write() as tx:
        await set_outbox(tx, f"broadcast-{number}-0-0", state=Sending.UNKNOWN, finished_at=SENT_AT)
        assert await give_up_unknown(tx, await person(tx, "R5"), number, SENT_AT) == 1
        assert await give_up_unknown(tx, await person(tx, "R5"), number, SENT_AT) == 0
        with pytest.raises(NoSuchBroadcast):
            await give_up_unknown(tx, None, number + 1, SENT_AT)
    await stage.send_all()
    assert stage.wire.sent == []


def test_the_words() -> None:
    everything = Recalled(withdrawn=4, recalled=3, too_late=2, unknown=1, without_receipt=5)
    assert texts.recalled(12, everything) == (
        "群发 12 已撤回，不再发送，也不能再作答。"
        "还没有发出的 4 人不再发送。"
        "已发出的 3 人正在撤回，撤回只在企业微信中有效，已看到的内容无法收回。"
        "发出超过 24 小时的 2 人不能撤回。"
        "已发出但没有取回企业微信回执的 5 人无法撤回。"
        "结果不明的 1 人无法撤回。"
    )
    assert texts.recalled(12, Recalled(0, 0, 0, 0)) == "群发 12 已撤回，不再发送，也不能再作答。"
    assert "2 条消息将再发一次" in texts.resent(12, 2)
    assert "不再重发" in texts.given_up(12, 2)
