"""A starting bot publishes its menu beside the serving, and serves as well when WeCom is down."""

import asyncio
from pathlib import Path

import aiohttp
from aiohttp import web

from bot import app
from bot.config import Config, Server, WeComSection
from storage.database import Database
from tests.bot.channels.fault_server import FaultyWeCom
from tests.bot.cli.terminal import AES_KEY, UNREACHABLE
from tests.databases import on_sqlite


def config(api_base: str, folder: Path) -> Config:
    keys = WeComSection("wx1", 7, "the-app-secret", "QDG6eKtoken", AES_KEY, api_base)
    return Config(server=Server(port=0, verify_folder=str(folder)), wecom=keys)


async def healthy(runner: web.AppRunner) -> bool:
    host, port = runner.addresses[0][:2]
    async with aiohttp.ClientSession() as session, session.get(f"http://{host}:{port}/healthz") as response:
        return response.status == 200


@on_sqlite
async def test_the_menu_is_published_while_it_serves(database: Database, tmp_path: Path) -> None:
    wecom, published = FaultyWeCom(), asyncio.Event()
    await wecom.start()

    async def note(request: web.Request) -> None:
        published.set()

    wecom.always["menu/create"] = note
    async with app.built(config(wecom.base_url, tmp_path), database) as parts, app.running(parts) as runner:
        async with asyncio.timeout(5):
            await published.wait()
        assert await healthy(runner)
    await wecom.stop()


@on_sqlite
async def test_nothing_waits_for_a_wecom_that_hangs(database: Database, tmp_path: Path) -> None:
    wecom, released = FaultyWeCom(), asyncio.Event()
    await wecom.start()

    async def hang(request: web.Request) -> None:
        await released.wait()

    wecom.always["gettoken"] = hang
    await serves(config(wecom.base_url, tmp_path), database)
    released.set()
    await asyncio.sleep(0.05)
    await wecom.stop()


@on_sqlite
async def test_nothing_waits_for_a_wecom_that_is_gone(database: Database, tmp_path: Path) -> None:
    await serves(config(UNREACHABLE, tmp_path), database)


async def serves(config: Config, database: Database) -> None:
    async with asyncio.timeout(5), app.built(config, database) as parts, app.running(parts) as runner:
        assert await healthy(runner)
