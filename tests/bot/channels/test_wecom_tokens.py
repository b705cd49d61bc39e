"""One token for several processes: each is a client of its own on another engine of one database."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs
from wechatpy.exceptions import WeChatClientException

from bot.channels.wecom_api import Client, Unsent, open_session, shared_tokens
from bot.channels.wecom_tokens import LOOK_SECONDS, Sealing
from storage import channel_state
from storage.channel_state import RENEWING, SealedToken
from storage.database import Database, open_database
from tests.bot.channels.conftest import NOW, Clock
from tests.bot.channels.fault_server import SECRET, Fault, FaultyWeCom, answer, errcode, send, settings


class Processes:
    """`now` is every process's wall clock; `monotonic` tells each how old its own token is."""

    def __init__(self, wecom: FaultyWeCom, database: Database, stack: AsyncExitStack) -> None:
        self.wecom, self.database, self._stack = wecom, database, stack
        self.now, self.monotonic = NOW, Clock()

    async def start(self, secret: str = SECRET, look_seconds: float = LOOK_SECONDS) -> Client:
        database = open_database(self.database.url.render_as_string(hide_password=False))
        self._stack.push_async_callback(database.close)
        chosen = replace(settings(self.wecom.base_url), secret=secret)
        session = await self._stack.enter_async_context(open_session(chosen))
        shared = replace(shared_tokens(chosen, database, "wecom", self.clock), look_seconds=look_seconds)
        return Client(chosen, session, self.monotonic, shared)

    def clock(self) -> datetime:
        return self.now

    def on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.monotonic.now += seconds

    async def kept(self) -> SealedToken:
        async with self.database.read() as tx:
            return await channel_state.token(tx, "wecom")

    async def begin(self) -> datetime | None:
        """As a process that then dies."""
        seen = (await self.kept()).sealed
        async with self.database.write() as tx:
            return await channel_state.begin_renewing(tx, "wecom", seen, self.now)

    @property
    def fetched(self) -> int:
        return self.wecom.calls("gettoken")


@pytest.fixture
async def processes(wecom: FaultyWeCom, database: Database) -> AsyncIterator[Processes]:
    async with AsyncExitStack() as stack:
        yield Processes(wecom, database, stack)


async def test_three_that_start_together_fetch_one(processes: Processes) -> None:
    processes.wecom.seconds = 0.05
    clients = [await processes.start() for _ in range(3)]
    await asyncio.gather(*(send(client) for client in clients for _ in range(5)))
    assert (processes.fetched, processes.wecom.calls("message/send")) == (1, 15)
    assert await send(await processes.start())  # and one that comes later
    assert processes.fetched == 1


async def test_one_that_was_voided_is_fetched_once(processes: Processes) -> None:
    clients = [await processes.start() for _ in range(3)]
    await asyncio.gather(*map(send, clients))
    processes.wecom.token = "token-2"
    await asyncio.gather(*map(send, clients))
    assert processes.fetched == 2


async def test_a_newer_one_that_another_keeps_is_taken(processes: Processes) -> None:
    one, other = await processes.start(), await processes.start()
    await asyncio.gather(send(one), send(other))
    processes.wecom.token = "token-2"
    await send(one)
    await send(other)
    assert processes.fetched == 2
    assert processes.wecom.calls("message/send") == 2 + 2 + 2


async def test_it_is_renewed_before_its_end_by_one(processes: Processes) -> None:
    clients = [await processes.start() for _ in range(3)]
    await asyncio.gather(*map(send, clients))
    processes.on(6899)
    await asyncio.gather(*map(send, clients))
    assert processes.fetched == 1
    processes.on(1)
    await asyncio.gather(*map(send, clients))
    assert processes.fetched == 2


async def test_one_that_came_late_renews_it_when_the_others_do(processes: Processes) -> None:
    await send(await processes.start())
    processes.on(6000)
    late = await processes.start()
    await send(late)
    processes.on(899)
    await send(late)
    assert processes.fetched == 1
    processes.on(1)
    await send(late)
    assert processes.fetched == 2


async def test_whoever_died_while_renewing_is_waited_for_a_lease(processes: Processes) -> None:
    client = await processes.start()
    assert await processes.begin()
    sending = asyncio.create_task(send(client))
    await asyncio.sleep(0.3)
    assert processes.fetched == 0
    processes.on(RENEWING.total_seconds())
    async with asyncio.timeout(2):
        assert await sending
    assert processes.fetched == 1


async def test_a_lease_that_does_not_end_only_costs_a_wait(processes: Processes) -> None:
    """As after a restore on a machine whose clock is behind."""
    assert await processes.begin()
    processes.now -= timedelta(days=1000)
    client = await processes.start(look_seconds=0.001)
    assert await send(client)
    assert await send(client)
    assert processes.fetched == 1
    assert (await processes.kept()).sealed == b""


@pytest.mark.parametrize("fault", [answer(b"", 502), errcode(-1), errcode(40001)])
async def test_one_that_failed_leaves_the_way_free(processes: Processes, fault: Fault) -> None:
    one, other = await processes.start(), await processes.start()
    processes.wecom.faults["gettoken"].append(fault)
    with pytest.raises((Unsent, WeChatClientException)) as caught:
        await send(one)
    assert caught.value.__context__ is None
    async with asyncio.timeout(1):
        assert await send(other)


async def test_another_secret_has_another_token(processes: Processes) -> None:
    await send(await processes.start())
    before = await processes.kept()
    await send(await processes.start("another-secret"))
    assert processes.fetched == 2
    assert await processes.kept() != before


async def test_the_database_gives_nothing_away(processes: Processes) -> None:
    await send(await processes.start())
    kept = await processes.kept()
    assert kept.until is not None and kept.until - NOW == timedelta(seconds=6900)
    assert b"token-1" not in kept.sealed and SECRET.encode() not in kept.sealed


async def test_without_its_table_every_process_has_its_own(processes: Processes, wecom: FaultyWeCom) -> None:
    nowhere = open_database("sqlite://")
    chosen = settings(wecom.base_url)
    async with open_session(chosen) as session:
        client = Client(chosen, session, shared=shared_tokens(chosen, nowhere, "wecom", processes.clock))
        with capture_logs() as logged:
            assert await send(client)
            assert await send(client)
    await nowhere.close()
    assert [line["event"] for line in logged] == ["token_not_shared"]
    assert processes.fetched == 1


def test_a_seal_is_of_one_app() -> None:
    sealed = Sealing("secret", "corp", "7", "https://a").seal("token")
    assert Sealing("secret", "corp", "7", "https://a").open(sealed) == "token"
    for other in (("secre", "corp", "7", "https://a"), ("secret", "corp", "8", "https://a")):
        assert Sealing(*other).open(sealed) == ""
    for damaged in (b"", b"short", sealed[:-1], sealed[:20] + b"\0" + sealed[21:]):
        assert Sealing("secret", "corp", "7", "https://a").open(damaged) == ""
    assert sealed != Sealing("secret", "corp", "7", "https://a").seal("token")
