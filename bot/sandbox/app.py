"""The HTTP face of the local WeCom: the API for the bot, the chat page for people, the switches for tests."""

from __future__ import annotations

from aiohttp import web

from bot.sandbox.api import Api
from bot.sandbox.page import Page
from bot.sandbox.sandbox import Sandbox

LARGEST_REQUEST_BYTES = 25 * 1024 * 1024


def make_app(sandbox: Sandbox) -> web.Application:
    """The application. It closes the sandbox when it ends."""
    application = web.Application(client_max_size=LARGEST_REQUEST_BYTES)
    application.add_routes(Api(sandbox.state).routes())
    application.add_routes(Page(sandbox).routes())

    async def end_listeners(_: web.Application) -> None:
        sandbox.state.feed.close()

    async def close(_: web.Application) -> None:
        await sandbox.close()

    application.on_shutdown.append(end_listeners)
    application.on_cleanup.append(close)
    return application
