"""The whole way as in the demo: an admin of the demo city types `导出` in the local WeCom and gets a file there."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot import app
from bot.cli.demo import AGENT_ID, CORP_ID, HOST, load_city
from bot.cli.demo_people import members_and_departments
from bot.config import Config, DatabaseSection, Server, WeComSection
from bot.sandbox import App, ChatMessage, Corp, Sandbox, make_app
from storage import migrating
from storage.database import open_database
from tests.bot.cli.terminal import AES_KEY
from tests.bot.exporting import children, column, table
from tests.outside.installation import free_port
from training.calendar import day_of

CITY_ADMIN, AUDITOR, UNIT_ADMIN, STAFF = "hanwenjing", "gulixin", "tangyang", "tengping"


@dataclass(frozen=True)
class Demo:
    sandbox: Sandbox
    address: str

    async def says(self, account: str, words: str) -> str:
        """The answer to what somebody typed."""
        before = len(self.sandbox.chat(account))
        await self.sandbox.type_text(account, words)
        return self.sandbox.chat(account)[before + 1].text

    async def file(self, account: str) -> tuple[str, bytes]:
        """The file that arrives, fetched as the chat page does."""
        async with asyncio.timeout(120):
            while not (found := self._files(account)):  # noqa: ASYNC110 - what the person sees is all there is
                await asyncio.sleep(0.05)
        media = str(found[0].content["media_id"])
        async with aiohttp.ClientSession() as session:
            token = await self._json(session, f"gettoken?corpid={CORP_ID}&corpsecret=the-app-secret")
            path = f"{self.address}/cgi-bin/media/get?media_id={media}&access_token={token['access_token']}"
            async with session.get(path) as answer:
                return answer.headers["Content-Disposition"], await answer.read()

    def _files(self, account: str) -> list[ChatMessage]:
        return [message for message in self.sandbox.chat(account) if message.kind == "file"]

    async def _json(self, session: aiohttp.ClientSession, path: str) -> dict[str, str]:
        async with session.get(f"{self.address}/cgi-bin/{path}") as answer:
            found: dict[str, str] = await answer.json()
            return found


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    database = open_database(f"sqlite:///{tmp_path}/demo.db")
    await migrating.upgrade(database)
    await load_city(database, datetime.now(UTC))
    port = free_port()
    keys = App(AGENT_ID, "the-app-secret", "QDG6eKtoken", AES_KEY, f"http://{HOST}:{port}/wecom/callback")
    corp = await members_and_departments(database)
    sandbox = Sandbox(Corp(CORP_ID, [keys], corp.members, corp.departments))
    runner = web.AppRunner(make_app(sandbox), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, HOST, 0)
    await site.start()
    address = f"http://{HOST}:{runner.addresses[0][1]}"
    config = Config(
        server=Server(host=HOST, port=port, verify_folder=str(tmp_path)),
        database=DatabaseSection(url=f"sqlite:///{tmp_path}/demo.db"),
        wecom=WeComSection(CORP_ID, AGENT_ID, "the-app-secret", "QDG6eKtoken", AES_KEY, f"{address}/cgi-bin"),
    )
    async with app.built(config, database) as parts, app.running(parts):
        yield Demo(sandbox, address)
    await runner.cleanup()
    await database.close()
    assert children() == {}


async def test_a_unit_admin_and_an_auditor(demo: Demo) -> None:
    year = day_of(datetime.now(UTC)).year
    said = await demo.says(UNIT_ADMIN, "导出 汇总")
    assert said == f"正在生成《{year}年度学时汇总》（范围：司法局及下级），完成后会以文件发给您。"
    assert await demo.says(AUDITOR, "导出 汇总 市公安局") == said.replace("司法局", "公安局")
    for account, unit in ((UNIT_ADMIN, "司法局"), (AUDITOR, "公安局")):
        name, content = await demo.file(account)
        assert ".xlsx" in name
        assert set(column(table(content), "单位")) == {unit}
    head = [message for message in demo.sandbox.chat(CITY_ADMIN) if "链头" in message.text]
    assert head
    assert "管理员权限" in await demo.says(STAFF, "导出")
