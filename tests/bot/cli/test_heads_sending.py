"""The head that goes before an export from the command line, and what may never stop the export."""

import asyncio
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.frame import Call
from bot.cli.heads_sending import send_head
from handlers.actions import heads
from storage import ledger
from storage.database import open_database
from tests.bot.cli.terminal import Terminal
from tests.storage.rows import entry

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)


def send(terminal: Terminal) -> bool:
    async def opened() -> bool:
        database = open_database(terminal.url)
        try:
            return await send_head(Call(terminal.config, json=False), database, NOW)
        finally:
            await database.close()

    return asyncio.run(opened())


@pytest.fixture
def city(terminal: Terminal) -> Terminal:
    terminal.bring(numbers=())
    terminal.admins()
    terminal.inside(lambda tx: ledger.post(tx, [entry(1), entry(2)]))
    return terminal


def queued(terminal: Terminal) -> list[tuple[str, str, str]]:
    return terminal.rows("SELECT ref, receivers, state FROM outbox")


def test_it_is_queued_once_for_a_serving_bot(city: Terminal) -> None:
    assert send(city)
    assert not send(city)
    assert queued(city) == [("heads-2026-11-24", "first|second", "queued")]
    [(body,)] = city.rows("SELECT body FROM outbox")
    text = json.loads(body)["text"]["content"]
    assert heads.check(text.encode()).seq == 2
    [made] = city.rows("SELECT via FROM audit_log WHERE what = 'head.key'")
    assert made == ("cli",)


def test_without_wecom_nothing_happens(city: Terminal) -> None:
    city.config.write_text(city.config.read_text().replace('secret = "the-app-secret"', 'secret = ""'))
    assert not send(city)
    assert queued(city) == []


def test_a_database_that_cannot_be_written_is_no_trouble(city: Terminal) -> None:
    city.rows("CREATE TRIGGER frozen BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'read only'); END")
    assert not send(city)
    assert queued(city) == []


def test_a_key_that_others_may_read_is_not_used(city: Terminal) -> None:
    key = Path(city.path("head-key.pem"))
    key.write_text("no key")
    key.chmod(key.stat().st_mode | stat.S_IROTH)
    assert send(city)
    [(body,)] = city.rows("SELECT body FROM outbox")
    assert "没有签名" in body.decode()
