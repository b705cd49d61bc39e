"""The sender against a WeCom that fails: what each request ends as, and that every valid receiver got it once.

The local WeCom of `bot.sandbox` over real HTTP, the real channel, and one clock for both.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from random import Random

import pytest
from aiohttp.test_utils import TestServer

from bot.channels.wecom import WeCom
from bot.channels.wecom_api import ApiSettings, Client, open_session
from bot.metrics import Metrics
from bot.sandbox import App, Corp, Department, Fault, Member, Sandbox, make_app
from bot.sender import Sender
from handlers.message import Button, Card, Content, File, Push, Text
from storage import outbox
from storage.database import Database
from storage.outbox import RowState, State
from tests.handlers.stage import Clock

CORP_ID, AGENT = "wx5823bf96d3bd56c7", 1000002
VALID = tuple(f"u{n}" for n in range(12))
ALL = (*VALID, "gone", "free")  # left the corp; without a licence
CARD = Card("题", body="题干", buttons=(Button("A", "a"),))
TEXT = Text("【通知 1】内容")
PICTURE = File("榜.png", b"\x89PNG\r\n\x1a\n" + bytes(32), picture=True)
SEND = "message/send"


def corp() -> Corp:
    members = [Member(name, name, 1) for name in VALID]
    members += [Member("gone", "离职", 1, status=5), Member("free", "无证", 1, licensed=False)]
    app = App(AGENT, "app-secret", "QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C")
    app.callback_url = "http://127.0.0.1:9/"  # nobody presses a button here
    return Corp(CORP_ID, apps=[app], members=members, departments=[Department(1, "市政府", 0)])


@dataclass
class City:
    """A WeCom, an outbox and a sender."""

    database: Database
    sandbox: Sandbox
    channel: WeCom
    sender: Sender
    clock: Clock

    async def put(self, ref: str, content: Content, *, mass: bool = True, to: tuple[str, ...] = ALL) -> None:
        drafts = self.channel.freeze(Push(to, content), ref, mass=mass)
        async with self.database.write() as tx:
            await outbox.add(tx, "wecom", ref, drafts, lane=ref, mass=mass, now=self.clock())

    async def settle(self) -> None:
        """Until nothing waits any more, five seconds a step."""
        for _ in range(1000):
            await self.sender.send_due()
            async with self.database.read() as tx:
                if not (await outbox.counts(tx)).keys() & {State.QUEUED, State.SENDING}:
                    return
            self.clock.on(seconds=5)
        raise AssertionError("something waits for ever")

    async def row(self, ref: str) -> RowState:
        async with self.database.read() as tx:
            [found] = (await outbox.states(tx, [ref]))[ref]
        return found

    def got(self) -> Counter[str]:
        return Counter({name: len(self.sandbox.chat(name)) for name in ALL if self.sandbox.chat(name)})


@pytest.fixture
async def city(database: Database) -> AsyncIterator[City]:
    clock = Clock()
    sandbox = Sandbox(corp(), now=lambda: clock().timestamp())
    server = TestServer(make_app(sandbox))
    await server.start_server(shutdown_timeout=0)
    chosen = ApiSettings(
        *(CORP_ID, str(AGENT), "app-secret", str(server.make_url("/cgi-bin"))),
        connect_seconds=1.0,
        total_seconds=0.4,
        upload_seconds=1.0,
    )
    async with open_session(chosen) as session:
        channel = WeCom(chosen, Client(chosen, session))
        yield City(database, sandbox, channel, Sender(database, {"wecom": channel}, clock, Metrics()), clock)
    await server.close()


MANY = {
    "busy": (Fault("errcode", SEND, times=3, errcode=-1),),
    "too often": (Fault("errcode", SEND, times=2, errcode=45009), Fault("errcode", SEND, errcode=45033)),
    "a bad token": (Fault("errcode", SEND, errcode=40014), Fault("errcode", SEND, errcode=42001)),
    "an unknown address": (Fault("errcode", SEND, times=3, errcode=60020),),
    "a gateway": (Fault("http", SEND, times=3, status=502),),
    "a cut before": (Fault("drop_before", SEND, times=2),),
    "a cut after": (Fault("drop_after", SEND, times=2),),
    "a hang": (Fault("delay", SEND, times=2, seconds=0.8),),
    "an upload": (Fault("drop_after", "media/upload"), Fault("errcode", "media/upload", times=2, errcode=-1)),
    "no token": (Fault("http", "gettoken", times=2, status=502),),
}


@pytest.mark.parametrize("content", [CARD, TEXT, PICTURE], ids=["card", "text", "picture"])
@pytest.mark.parametrize("faults", MANY.values(), ids=MANY)
async def test_everybody_gets_a_mass_send_once(city: City, faults: tuple[Fault, ...], content: Content) -> None:
    for fault in faults:
        city.sandbox.faults.add(Fault(**vars(fault)))
    await city.put("b-1", content)
    await city.settle()
    await asyncio.sleep(1.0 if faults[0].kind == "delay" else 0)  # what hung goes on behind our back
    row = await city.row("b-1")
    assert city.got() == Counter(VALID)
    assert (row.state, row.maybe_twice) == (State.SENT, False)
    if row.code != 42014:  # a repeated card is recognised by its task id, and then not told about
        assert (row.invalid, row.unlicensed) == (("gone",), ("free",))


ENDS = {
    "busy for too long": (Fault("errcode", SEND, times=4, errcode=-1), State.REFUSED, -1, 0),
    "content": (Fault("errcode", SEND, errcode=40058), State.REFUSED, 40058, 0),
    "lost before": (Fault("drop_before", SEND), State.UNKNOWN, 0, 0),
    "lost after": (Fault("drop_after", SEND), State.UNKNOWN, 0, 1),
    "a gateway": (Fault("http", SEND, status=502), State.UNKNOWN, 0, 0),
    "too often": (Fault("errcode", SEND, times=3, errcode=45009), State.SENT, 0, 1),
}


@pytest.mark.parametrize(("fault", "state", "code", "copies"), ENDS.values(), ids=ENDS)
async def test_what_a_personal_send_ends_as(city: City, fault: Fault, state: State, code: int, copies: int) -> None:
    city.sandbox.faults.add(Fault(**vars(fault)))
    await city.put("a-1", TEXT, mass=False, to=("u1",))
    await city.settle()
    row = await city.row("a-1")
    assert (row.state, row.code, city.got()["u1"]) == (state, code, copies)


async def test_receivers_that_are_all_invalid_are_named(city: City) -> None:
    await city.put("b-1", TEXT, to=("gone", "nobody"))
    await city.settle()
    row = await city.row("b-1")
    assert (row.state, row.code, row.invalid) == (State.REFUSED, 81013, ("gone", "nobody"))


async def test_an_unknown_one_ends_so_after_the_window_and_a_person_sends_it(city: City) -> None:
    city.sandbox.faults.add(Fault("drop_after", SEND, times=1000))
    await city.put("b-1", TEXT)
    for _ in range(60):
        await city.sender.send_due()
        city.clock.on(minutes=5)
    row = await city.row("b-1")
    assert (row.state, city.got()) == (State.UNKNOWN, Counter(VALID))  # all repeats were recognised
    city.sandbox.faults.clear()
    async with city.database.write() as tx:
        await outbox.resend(tx, [row.id], "cli:root", city.clock())
    await city.settle()
    row = await city.row("b-1")
    assert (row.state, row.maybe_twice) == (State.SENT, True)
    assert city.got() == Counter(dict.fromkeys(VALID, 2))  # honestly counted


@pytest.mark.parametrize("seed", range(4))
async def test_many_at_once_under_all_kinds_of_trouble(city: City, seed: int) -> None:
    random = Random(seed)
    kinds = [
        *(Fault("errcode", SEND, errcode=code) for code in (-1, 45009, 45033, 40014, 42001, 60020)),
        *(Fault(kind, SEND) for kind in ("drop_before", "drop_after", "http", "delay")),
    ]
    for number in range(8):
        contents = (CARD, Text(f"【通知 {number}】"), _picture(number))
        await city.put(f"b-{number}", contents[number % 3])
    for number in range(30):
        fault = random.choice(kinds)
        city.sandbox.faults.add(Fault(**(vars(fault) | {"seconds": 0.6 if fault.kind == "delay" else 0.0})))
        if number % 10 == 9:
            await city.sender.send_due()
            city.clock.on(seconds=random.choice((1, 30, 90)))
    await city.settle()
    await asyncio.sleep(0.7)
    async with city.database.read() as tx:
        found = await outbox.states(tx, [f"b-{number}" for number in range(8)])
    refused = [row for rows in found.values() for row in rows if row.state is not State.SENT]
    assert {row.code for row in refused} <= {-1}  # more than three times busy for the same one
    assert city.got() == Counter({name: 8 - len(refused) for name in VALID})


def _picture(number: int) -> File:
    return File(f"{number}.png", PICTURE.content + str(number).encode(), picture=True)
