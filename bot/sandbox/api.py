"""The API under /cgi-bin/: one table of calls, and the one way each of them is answered.

Every answer is HTTP 200 JSON. A body that is no JSON counts as an empty one, and errmsg says so.
Source: doc 90664 (calling), 90313 (codes).
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox import agents, contacts
from bot.sandbox.corp import App
from bot.sandbox.errors import ApiError, error_answer
from bot.sandbox.faults import Fault
from bot.sandbox.json_types import JsonObject, JsonValue
from bot.sandbox.media_api import media_read, media_upload
from bot.sandbox.menu import check_menu
from bot.sandbox.sending import send
from bot.sandbox.state import State
from bot.sandbox.tokens import CONTACTS
from bot.sandbox.updates import recall, update_card

ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


@dataclass(frozen=True)
class Call:
    """One call: who calls (None: the contact-sync secret), the query, and the body of a POST."""

    state: State
    caller: App | None
    request: web.Request
    body: JsonObject

    @property
    def app(self) -> App:
        """The calling app.

        Raises: ApiError 48002 for the contact-sync secret.
        """
        if self.caller is None:
            raise ApiError(48002)
        return self.caller

    def query(self, name: str) -> str:
        """A parameter of the query, or ""."""
        return self.request.query.get(name, "")


def _menu_create(call: Call) -> JsonObject:
    call.state.own_agent(call.app, _agent_of(call))
    check_menu(call.body)
    call.state.menus[call.app.agent_id] = call.body
    return {"errcode": 0, "errmsg": "ok"}


def _menu_read(call: Call) -> JsonObject:
    call.state.own_agent(call.app, _agent_of(call))
    if call.app.agent_id not in call.state.menus:
        raise ApiError(46003)
    return {"errcode": 0, "errmsg": "ok", **call.state.menus[call.app.agent_id]}


def _menu_delete(call: Call) -> JsonObject:
    call.state.own_agent(call.app, _agent_of(call))
    call.state.menus.pop(call.app.agent_id, None)
    return {"errcode": 0, "errmsg": "ok"}


def _agent_of(call: Call) -> JsonObject:
    return {"agentid": call.query("agentid")} if call.query("agentid") else {}


def _addresses(call: Call) -> JsonObject:
    return {"errcode": 0, "errmsg": "ok", "ip_list": ["127.0.0.1"]}


CALLS: dict[tuple[str, str], Callable[[Call], JsonObject]] = {
    ("POST", "message/send"): lambda call: send(call.state, call.app, call.body),
    ("POST", "message/update_template_card"): lambda call: update_card(call.state, call.app, call.body),
    ("POST", "message/recall"): lambda call: recall(call.state, call.app, call.body),
    ("POST", "menu/create"): _menu_create,
    ("GET", "menu/get"): _menu_read,
    ("GET", "menu/delete"): _menu_delete,
    ("GET", "agent/get"): lambda call: agents.read_agent(call.state, call.app, call.query("agentid")),
    ("POST", "agent/set"): lambda call: agents.change_agent(call.state, call.app, call.body),
    ("GET", "getcallbackip"): _addresses,
    ("GET", "get_api_domain_ip"): _addresses,
    ("GET", "department/simplelist"): lambda call: contacts.department_simplelist(
        call.state, call.caller, call.query("id")
    ),
    ("GET", "department/list"): lambda call: contacts.department_list(call.state, call.caller, call.query("id")),
    ("GET", "department/get"): lambda call: contacts.one_department(call.state, call.caller, call.query("id")),
    ("POST", "user/list_id"): lambda call: contacts.list_id(call.state, call.caller, call.body),
    ("GET", "user/get"): lambda call: contacts.one_user(call.state, call.caller, call.query("userid")),
    ("GET", "user/simplelist"): lambda call: contacts.user_simplelist(
        call.state, call.caller, call.query("department_id")
    ),
    ("GET", "user/list"): lambda call: contacts.user_list(call.state, call.caller, call.query("department_id")),
}


class Api:
    """Answers the calls, with limits and ordered faults."""

    def __init__(self, state: State) -> None:
        self._state = state

    def routes(self) -> list[web.RouteDef]:
        """Every route of the API."""
        calls = [
            web.route(method, f"/cgi-bin/{path}", self._call(path, run)) for (method, path), run in CALLS.items()
        ]
        return [
            *calls,
            web.get("/cgi-bin/gettoken", self._wrapped("gettoken", self._gettoken)),
            web.post("/cgi-bin/media/upload", self._wrapped("media/upload", self._upload)),
            web.get("/cgi-bin/media/get", self._wrapped("media/get", self._read_media)),
        ]

    def _call(
        self, path: str, run: Callable[[Call], JsonObject]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            caller = self._caller(request)
            body, sound = await _json_body(request)
            try:
                result = run(Call(self._state, caller, request, body))
            except ApiError as refusal:
                result = refusal.answer(request.remote or "")
                self._state.counters.errors[refusal.errcode] += 1
            if not sound:
                result["errmsg"] = f"{result['errmsg']} Warning: wrong json format."
            return web.json_response(result)

        return self._wrapped(path, answer)

    def _wrapped(
        self, path: str, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            self._state.counters.calls[path] += 1
            faults = {fault.kind: fault for fault in self._state.faults.take(path)}
            if (early := await _before(request, faults)) is not None:
                return early
            response = await self._limited(path, request, answer)
            return _dropped(request) if "drop_after" in faults else response

        return handle

    async def _limited(
        self, path: str, request: web.Request, answer: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            self._state.call_limit.enter(path)
            try:
                self._state.call_limit.count(path, self._state.now())
                return await answer(request)
            finally:
                self._state.call_limit.leave(path)
        except ApiError as refusal:
            self._state.counters.errors[refusal.errcode] += 1
            return web.json_response(refusal.answer(request.remote or ""))

    def _caller(self, request: web.Request) -> App | None:
        holder = self._state.tokens.holder(request.query.get("access_token"), self._state.now())
        if holder == CONTACTS:
            return None
        app = self._state.apps[holder]
        _check_address(app, request)
        return app

    async def _gettoken(self, request: web.Request) -> web.StreamResponse:
        holder = self._holder(request.query.get("corpid", ""), request.query.get("corpsecret", ""))
        if holder != CONTACTS:
            _check_address(self._state.apps[holder], request)
        now = self._state.now()
        grant = self._state.tokens.issue(holder, now)
        left = max(1, int(grant.expires_at - now))
        return web.json_response({"errcode": 0, "errmsg": "ok", "access_token": grant.token, "expires_in": left})

    def _holder(self, corp_id: str, secret: str) -> int:
        if not corp_id:
            raise ApiError(41002)
        if not secret:
            raise ApiError(41004)
        if corp_id != self._state.corp.corp_id:
            raise ApiError(40013)
        if secret == self._state.corp.contact_secret:
            return CONTACTS
        for app in self._state.apps.values():
            if app.secret == secret:
                return app.agent_id
        raise ApiError(40001)

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        self._caller(request)
        return await media_upload(self._state, request)

    async def _read_media(self, request: web.Request) -> web.StreamResponse:
        self._caller(request)
        return media_read(self._state, request)


def _check_address(app: App, request: web.Request) -> None:
    if app.trusted_ips is not None and request.remote not in app.trusted_ips:
        raise ApiError(60020)


async def _json_body(request: web.Request) -> tuple[JsonObject, bool]:
    """The body of a POST, and whether it was a JSON object.

    Raises: ApiError 40033 for characters written as escapes.
    """
    if request.method != "POST":
        return {}, True
    raw = await request.read()
    if ESCAPED.search(raw):
        raise ApiError(40033)
    try:
        body: JsonValue = json.loads(raw.decode())
    except ValueError:
        return {}, False
    return (body, True) if isinstance(body, dict) else ({}, False)


async def _before(request: web.Request, faults: dict[str, Fault]) -> web.StreamResponse | None:
    if delay := faults.get("delay"):
        await asyncio.sleep(delay.seconds)
    if "drop_before" in faults:
        return _dropped(request)
    if http := faults.get("http"):
        return web.Response(status=http.status)
    if forced := faults.get("errcode"):
        return web.json_response(error_answer(forced.errcode, request.remote or "", "forced"))
    return None


def _dropped(request: web.Request) -> web.StreamResponse:
    """Cuts the connection; the response that is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
