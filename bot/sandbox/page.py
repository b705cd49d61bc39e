"""The chat page and the switches of the sandbox, over HTTP.

`GET /` is the page; everything under /sandbox/ is JSON. What changes anything must be sent as application/json
(a picture as image/…), so that no foreign web page can do it with a form. News arrive as server-sent
events: `data: {"person": key}`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import fields
from pathlib import Path

from aiohttp import web
from noto_cjk_sans_otc import FONT_PATH

from bot.sandbox.acts import act
from bot.sandbox.errors import ApiError, NotOffered
from bot.sandbox.faults import Fault
from bot.sandbox.json_types import JsonObject, JsonValue, number_at, text_at
from bot.sandbox.media_api import media_response
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.views import chat_view, outcome_view, people_view

STATIC = Path(__file__).with_name("static")
FORMS = {".html": "text/html", ".js": "text/javascript", ".css": "text/css"}
HEARTBEAT_SECONDS = 15.0
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' data:;"
        " connect-src 'self';"
        " frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Page:
    """Answers the page and its calls."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._state = sandbox.state

    def routes(self) -> list[web.RouteDef]:
        """Every route of the page."""
        return [
            web.get("/", self._index),
            web.get("/static/noto-sans-cjk.ttc", self._font),
            web.get("/static/{name}", self._static),
            web.get("/sandbox/people", self._people),
            web.get("/sandbox/chat/{userid}", self._chat),
            web.get("/sandbox/media/{media_id}", self._media),
            web.get("/sandbox/counters", self._counters),
            web.get("/sandbox/events", self._events),
            web.post("/sandbox/act", self._act),
            web.post("/sandbox/picture/{userid}", self._picture),
            web.get("/sandbox/faults", self._faults),
            web.post("/sandbox/faults", self._order_fault),
            web.delete("/sandbox/faults", self._clear_faults),
        ]

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return _file("page.html")

    async def _static(self, request: web.Request) -> web.StreamResponse:
        return _file(request.match_info["name"])

    async def _font(self, _: web.Request) -> web.StreamResponse:
        """Only a machine without a Chinese font asks for it."""
        headers = SECURITY | {"Content-Type": "font/collection", "Cache-Control": "max-age=86400"}
        return web.FileResponse(FONT_PATH, headers=headers)

    async def _people(self, _: web.Request) -> web.StreamResponse:
        return web.json_response(people_view(self._state))

    async def _chat(self, request: web.Request) -> web.StreamResponse:
        userid = request.match_info["userid"]
        if self._state.directory.member(userid) is None:
            raise web.HTTPNotFound
        return web.json_response(chat_view(self._state, userid, _agent_id(request.query.get("agent"))))

    async def _media(self, request: web.Request) -> web.StreamResponse:
        try:
            media = self._state.media.live(request.match_info["media_id"], self._state.now())
        except ApiError as gone:
            raise web.HTTPNotFound from gone
        response = media_response(media)
        response.headers.update(SECURITY)
        return response

    async def _counters(self, _: web.Request) -> web.StreamResponse:
        violations: list[JsonValue] = [
            {"where": v.where, "limit": v.limit, "text": v.text} for v in self._state.width_violations
        ]
        counters = self._state.counters.as_json()
        notes: JsonObject = {
            "width_violations": violations,
            "unshown_fields": [*self._state.unshown_fields],
        }
        return web.json_response(counters | notes)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        queue = self._state.feed.listen()
        try:
            await response.write(b": hello\n\n")
            await _pass_on(queue, response)
        except ConnectionError:
            pass
        finally:
            self._state.feed.leave(queue)
        return response

    async def _act(self, request: web.Request) -> web.StreamResponse:
        order = await _order(request)
        try:
            outcome = await act(self._sandbox, order)
        except NotOffered as refusal:
            return web.json_response({"error": refusal.reason}, status=409)
        return web.json_response(outcome_view(outcome))

    async def _picture(self, request: web.Request) -> web.StreamResponse:
        if request.content_type not in ("image/png", "image/jpeg"):
            raise web.HTTPUnsupportedMediaType
        userid, agent_id = request.match_info["userid"], _agent_id(request.query.get("agent"))
        try:
            outcome = await self._sandbox.send_image(userid, await request.read(), agent_id=agent_id)
        except NotOffered as refusal:
            return web.json_response({"error": refusal.reason}, status=409)
        except ApiError as refusal:
            return web.json_response({"error": f"errcode {refusal.errcode}"}, status=409)
        return web.json_response(outcome_view(outcome))

    async def _faults(self, _: web.Request) -> web.StreamResponse:
        return web.json_response([vars(fault) for fault in self._state.faults.waiting])

    async def _order_fault(self, request: web.Request) -> web.StreamResponse:
        order = await _order(request)
        kind, agent_id = text_at(order, "kind"), _agent_id(order.get("agent"))
        if kind == "expire_token":
            self._sandbox.expire_token(agent_id)
        elif kind == "rotate_token":
            self._sandbox.rotate_token(agent_id)
        else:
            self._state.faults.add(_fault(order))
        return web.json_response({"ok": True})

    async def _clear_faults(self, _: web.Request) -> web.StreamResponse:
        self._state.faults.clear()
        return web.json_response({"ok": True})


async def _pass_on(queue: asyncio.Queue[str | None], response: web.StreamResponse) -> None:
    while True:
        try:
            person = await asyncio.wait_for(queue.get(), HEARTBEAT_SECONDS)
        except TimeoutError:
            await response.write(b": still here\n\n")
            continue
        if person is None:
            return
        await response.write(f"data: {json.dumps({'person': person})}\n\n".encode())


def _file(name: str) -> web.StreamResponse:
    known = {path.name: path for path in STATIC.iterdir() if path.suffix in FORMS}
    if name not in known:
        raise web.HTTPNotFound
    form = {"Content-Type": f"{FORMS[known[name].suffix]}; charset=utf-8"}
    return web.FileResponse(known[name], headers=SECURITY | form)


async def _order(request: web.Request) -> JsonObject:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    try:
        order: JsonValue = await request.json()
    except ValueError as wrong:
        raise web.HTTPBadRequest from wrong
    if not isinstance(order, dict):
        raise web.HTTPBadRequest
    return order


def _agent_id(value: JsonValue) -> int | None:
    return number_at({"agent": value}, "agent") or None


def _fault(order: JsonObject) -> Fault:
    known = {field.name for field in fields(Fault)}
    if not set(order) <= known:
        raise web.HTTPBadRequest(text="unknown field")
    seconds = order.get("seconds", 0.0)
    fault = Fault(
        kind=text_at(order, "kind"),
        path=text_at(order, "path") or "*",
        times=number_at(order, "times", 1),
        errcode=_code(order),
        status=number_at(order, "status", 502),
        seconds=float(seconds) if isinstance(seconds, int | float) else 0.0,
        what=text_at(order, "what") or "signature",
    )
    if not fault.sound:
        raise web.HTTPBadRequest(text="no such fault")
    return fault


def _code(order: JsonObject) -> int:
    code = order.get("errcode", -1)
    return code if isinstance(code, int) else -1
