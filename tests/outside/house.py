"""An installation together with its WeCom: what a scenario plays with.

`post` is one HTTP delivery of a callback; `say` and `tap` are a member's act and the reply to it.
"""

import asyncio
import csv
import time
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from tests.outside.cards import Card, Reply
from tests.outside.fake_wecom import FakeWecom
from tests.outside.installation import Installation
from tests.outside.messages import Client
from tests.outside.wire import Envelope, Keys, open_envelope, seal

HOURS = "认定学时"
REPLY_SECONDS = 5  # WeCom waits no longer


@dataclass(frozen=True)
class Delivery:
    """The answer to one delivery."""

    status: int
    body: bytes
    keys: Keys = field(repr=False)
    before: int = 0  # how many messages the member's chat held

    @property
    def reply(self) -> Reply | None:
        """None when there was nothing to say."""
        assert self.status == 200, f"status {self.status}"
        return Reply(open_envelope(self.keys, self.body)) if self.body else None

    @property
    def words(self) -> str:
        return "" if self.reply is None else self.reply.words


@dataclass
class House:
    """Start and stop with `async with`; serve is started by the scenario."""

    installation: Installation
    wecom: FakeWecom
    keys: Keys
    session: aiohttp.ClientSession = field(init=False)
    allow_complaints: bool = False

    @property
    def client(self) -> Client:
        return Client(self.keys.corp, self.wecom.agent)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            timeout = aiohttp.ClientTimeout(total=REPLY_SECONDS)
            connector = aiohttp.TCPConnector(limit=0)
            self.session = await stack.enter_async_context(
                aiohttp.ClientSession(timeout=timeout, connector=connector)
            )
            await self.wecom.start()
            self.configure()
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        async with self._stack:
            code = await self.installation.stop() if self.installation.serving else None
            await self.wecom.stop()
        if kind is None:
            assert code in (None, 0), f"serve left with {code}"
            assert "Traceback" not in self.installation.log
            assert '"exception"' not in self.installation.log
            assert self.keys.aes not in self.installation.log
            assert self.wecom.secret not in self.installation.log
            assert self.allow_complaints or not self.wecom.complaints, self.wecom.complaints[:5]

    def configure(self) -> None:
        wecom: dict[str, str | int] = {
            "corp_id": self.keys.corp, "agent_id": self.wecom.agent, "secret": self.wecom.secret,
            "token": self.keys.token, "encoding_aes_key": self.keys.aes, "api_base": self.wecom.base,
        }  # fmt: skip
        server: dict[str, str | int] = {"port": self.installation.port}
        database: dict[str, str | int] = {"url": self.installation.database_url}
        schedule: dict[str, str | int] = {"daily_at": far_from_now()}
        self.installation.configure(wecom=wecom, server=server, database=database, schedule=schedule)

    async def deliver(self, body: bytes, query: dict[str, str], method: str = "POST") -> Delivery:
        url = self.installation.base + "/wecom/callback"
        async with self.session.request(method, url, params=query, data=body) as answer:
            return Delivery(answer.status, await answer.read(), self.keys)

    async def post(self, envelope: Envelope) -> Delivery:
        return await self.deliver(envelope.body(self.wecom.agent), envelope.query)

    async def send(self, xml: str) -> Delivery:
        """A new envelope around a message."""
        return await self.post(seal(self.keys, xml))

    async def say(self, user: str, text: str) -> Delivery:
        before = len(self.wecom.chat(user))
        return replace(await self.send(self.client.text(user, text)), before=before)

    async def tap(self, user: str, card: Card, letters: str) -> Delivery:
        before = len(self.wecom.chat(user))
        return replace(await self.send(self.client.tap(user, card, card.choose(letters))), before=before)

    async def reads(self, user: str, said: Delivery, *words: str, seconds: float = 5) -> str:
        """The reply together with what is pushed to the member; waits until all the words are there."""

        def text() -> str:
            return "\n".join([said.words, *(seen.words for seen in self.wecom.chat(user)[said.before :])])

        await until(lambda: all(word in text() for word in words), seconds, lambda: f"{words} not in: {text()}")
        return text()

    async def push(self, *options: str) -> float:
        """`push daily` from another process while the bot runs; the moment at which it had ended."""
        await self.installation.done("push", "daily", *options)
        return time.monotonic()

    async def ledger_of(self, number: str, folder: Path) -> list[dict[str, str]]:
        return [row for row in await self.ledger(folder) if row["人员编号"] == number]

    async def card(self, user: str, seconds: float = 10) -> Card:
        """The first card in a member's chat, waited for."""
        await until(lambda: bool(self.wecom.cards(user)), seconds, lambda: f"no card: {self.wecom.chat(user)}")
        return self.wecom.cards(user)[0]

    async def ledger(self, folder: Path) -> list[dict[str, str]]:
        return await ledger_of_installation(self.installation, folder)


async def ledger_of_installation(installation: Installation, folder: Path) -> list[dict[str, str]]:
    """This year's lines as `ledger export` writes them."""
    path = folder / f"ledger-{time.monotonic_ns()}.csv"
    await installation.done("ledger", "export", "--year", str(YEAR), "--out", path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "csv is UTF-8 with BOM"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return [row for row in rows if row["人员编号"]]  # below them stand the sum and particulars


def hours(rows: list[dict[str, str]]) -> Decimal:
    return sum((Decimal(row[HOURS]) for row in rows), Decimal(0))


YEAR = int(time.strftime("%Y", time.gmtime(time.time() + 8 * 3600)))


def far_from_now() -> str:
    """A minute of the day that is half a day away, so that the clock pushes nothing by itself."""
    return time.strftime("%H:%M", time.gmtime(time.time() + (8 + 12) * 3600))


def shanghai_day() -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() + 8 * 3600))


async def until(done: Callable[[], bool], seconds: float, failure: Callable[[], str]) -> None:
    ends = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < ends, failure()
        await asyncio.sleep(0.02)
