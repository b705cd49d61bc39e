"""A small WeCom API that fails on request: real HTTP on a real socket, faults queued by path."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.channels.wecom_api import ApiSettings, Client

SECRET = "the-app-secret"
AGENT = "1000002"
CORP = "wx5823bf96d3bd56c7"
Fault = Callable[[web.Request], Awaitable[web.StreamResponse | None]]


def ok(**more: object) -> dict[str, object]:
    return {"errcode": 0, "errmsg": "ok", **more}


def errcode(code: int, errmsg: str = "failed") -> Fault:
    async def fault(request: web.Request) -> web.Response:
        return web.json_response({"errcode": code, "errmsg": errmsg})

    return fault


def answer(body: bytes = b"", status: int = 200, **headers: str) -> Fault:
    async def fault(request: web.Request) -> web.Response:
        return web.Response(body=body, status=status, headers=headers)

    return fault


async def drop(request: web.Request) -> web.Response:
    """The request has been read, and its answer never comes."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def hang(request: web.Request) -> None:
    await asyncio.sleep(2)


class FaultyWeCom:
    """`seen` holds (path, query, body) of every request; `faults[path]` are used up one by one, `always` not."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.faults: dict[str, list[Fault]] = defaultdict(list)
        self.always: dict[str, Fault] = {}
        self.answers: dict[str, dict[str, Any]] = {"media/upload": ok(type="file", media_id="M1", created_at="1")}
        self.token = "token-1"
        self.seconds = 0.0
        self.under_way = self.most_under_way = 0
        self._server: TestServer | None = None

    def calls(self, path: str) -> int:
        return sum(seen == path for seen, _, _ in self.seen)

    def bodies(self, path: str) -> list[bytes]:
        return [body for seen, _, body in self.seen if seen == path]

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return str(self._server.make_url("/cgi-bin"))

    async def start(self) -> None:
        app = web.Application(client_max_size=1 << 25)
        app.router.add_route("*", "/cgi-bin/{path:.+}", self._handle)
        self._server = TestServer(app)
        await self._server.start_server(shutdown_timeout=0)

    async def stop(self) -> None:
        assert self._server is not None
        await self._server.close()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            return await self._answer(request)
        finally:
            self.under_way -= 1

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        path = request.match_info["path"]
        self.seen.append((path, dict(request.query), await request.read()))
        with suppress(IndexError):
            failed = await self.faults[path].pop(0)(request)
            if failed is not None:
                return failed
        if path in self.always:
            failed = await self.always[path](request)
            if failed is not None:
                return failed
        if self.seconds:
            await asyncio.sleep(self.seconds)
        return web.json_response(self._good(path, request.query.get("access_token", "")))

    def _good(self, path: str, token: str) -> dict[str, Any]:
        if path == "gettoken":
            return ok(access_token=self.token, expires_in=7200)
        if token != self.token:
            return {"errcode": 40014 if token else 41001, "errmsg": "invalid access_token"}
        return self.answers.get(path, ok(msgid="m1"))


def settings(base_url: str) -> ApiSettings:
    return ApiSettings(
        CORP, AGENT, SECRET, base_url, connect_seconds=1.0, total_seconds=1.0, upload_seconds=1.0, at_once=20
    )


async def send(client: Client) -> object:
    return await client.call("POST", "message/send", body=lambda: b'{"touser":"a"}')
