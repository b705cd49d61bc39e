"""A WeCom of our own: the calls an app makes, the faults of a bad day, and what each member would have seen.

Every request is kept with its bytes; whatever breaks the published limits is put into `complaints`.
"""

import asyncio
import json
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.outside.cards import Card, json_words
from tests.outside.limits import complaints_about

Json = dict[str, Any]
DUPLICATE_SECONDS = 1800
HANG_SECONDS = 120
MEMBER_A_MINUTE = 30


@dataclass(frozen=True)
class Fault:
    """One bad answer: an error code or silence without effect, or a connection cut (after it, unless told)."""

    errcode: int = 0
    cut: bool = False
    effect: bool = True
    hang: bool = False


@dataclass(frozen=True)
class Call:
    """One request that arrived; `at` is monotonic."""

    path: str
    raw: bytes
    body: Json
    at: float


@dataclass(frozen=True)
class Seen:
    """One message in a member's chat."""

    words: str
    card: Card | None
    at: float


@dataclass
class FakeWecom:
    """State of one corp with one app."""

    corp: str
    secret: str
    agent: int
    members: set[str]  # casefolded accounts in the visible range
    task_check_first: bool = False  # a repeated task_id is refused before the duplicate check sees it
    port: int = 0
    token: str = ""
    calls: list[Call] = field(default_factory=list)
    chats: dict[str, list[Seen]] = field(default_factory=lambda: defaultdict(list))
    faults: dict[str, deque[Fault]] = field(default_factory=lambda: defaultdict(deque))
    complaints: list[str] = field(default_factory=list)
    recalled: set[str] = field(default_factory=set)  # msgids
    under_way: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    most_at_once: dict[str, int] = field(default_factory=lambda: defaultdict(int))  # calls of a path
    _times: dict[str, deque[float]] = field(default_factory=lambda: defaultdict(deque))  # of a member's messages
    _messages: dict[str, float] = field(default_factory=dict)  # msgid → when
    _tasks: set[str] = field(default_factory=set)
    _sent: dict[bytes, tuple[float, Json]] = field(default_factory=dict)
    _runner: web.AppRunner | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}/cgi-bin"

    async def start(self) -> None:
        app = web.Application(client_max_size=32 * 2**20)
        app.router.add_route("*", "/cgi-bin/{path:.+}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        server = site._server
        assert isinstance(server, asyncio.Server)
        self.port = server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def rotate(self) -> None:
        """WeCom voids the token early."""
        self.token = "void-" + secrets.token_hex(4)

    def of(self, path: str) -> list[Call]:
        return [call for call in self.calls if call.path == path]

    def chat(self, user: str) -> list[Seen]:
        return self.chats[user.casefold()]

    def cards(self, user: str) -> list[Card]:
        return [seen.card for seen in self.chat(user) if seen.card is not None]

    async def _serve(self, request: web.Request) -> web.Response:
        raw = await request.read()
        path = request.match_info["path"]
        is_json = request.content_type == "application/json" or raw[:1] == b"{"
        body: Json = json.loads(raw) if raw and is_json else {}
        self.calls.append(Call(path, raw, body, time.monotonic()))
        self.under_way[path] += 1
        self.most_at_once[path] = max(self.most_at_once[path], self.under_way[path])
        try:
            return await self._answer_to(request, path, raw, body)
        finally:
            self.under_way[path] -= 1

    async def _answer_to(self, request: web.Request, path: str, raw: bytes, body: Json) -> web.Response:
        fault = self.faults[path].popleft() if self.faults[path] else None
        if fault is not None and fault.errcode:
            return _answer({"errcode": fault.errcode, "errmsg": f"forced, hint: [{time.time()}]"})
        if fault is not None and fault.hang:
            await asyncio.sleep(HANG_SECONDS)
        takes_effect = fault is None or (fault.effect and not fault.hang)
        result = self._result(request, path, raw, body) if takes_effect else {}
        if fault is not None and request.transport is not None:
            request.transport.abort()
        return _answer(result)

    def _result(self, request: web.Request, path: str, raw: bytes, body: Json) -> Json:
        if path == "gettoken":
            return self._gettoken(request.query.get("corpid"), request.query.get("corpsecret"))
        given = request.query.get("access_token")
        if given is None:
            return {"errcode": 41001, "errmsg": "access_token missing"}
        if given != self.token:
            return {"errcode": 40014, "errmsg": "invalid access_token"}
        made: Callable[[bytes, Json], Json] | None = {
            "message/send": self._send, "message/update_template_card": self._update,
            "message/recall": self._recall,
        }.get(path)  # fmt: skip
        if made is not None:
            return made(raw, body)
        return _ok(media_id=secrets.token_hex(8), ip_list=["127.0.0.1"], agentid=self.agent, name="学法", close=0)

    def _gettoken(self, corp: str | None, secret: str | None) -> Json:
        if corp != self.corp:
            return {"errcode": 40013, "errmsg": "invalid corpid"}
        if secret != self.secret:
            return {"errcode": 40001, "errmsg": "invalid credential"}
        if not self.token or self.token.startswith("void-"):
            self.token = secrets.token_urlsafe(48)
        return _ok(access_token=self.token, expires_in=7200)

    def _send(self, raw: bytes, body: Json) -> Json:
        self.complaints += complaints_about(raw, body, self.agent)
        before = self._sent.get(raw)
        task = body.get("template_card", {}).get("task_id")
        if self.task_check_first and task in self._tasks:
            return {"errcode": 42014, "errmsg": "task_id already used"}
        if before and body.get("enable_duplicate_check") == 1 and time.monotonic() - before[0] < DUPLICATE_SECONDS:
            return before[1]
        if task in self._tasks:
            return {"errcode": 42014, "errmsg": "task_id already used"}
        wanted = {name.casefold() for name in str(body.get("touser", "")).split("|") if name}
        wanted = set(self.members) if "@all" in wanted else wanted
        if not wanted & self.members:
            return (
                {"errcode": 81013, "errmsg": "all touser invalid"} if wanted else {"errcode": 82001, "errmsg": ""}
            )
        answer = _ok(invaliduser="|".join(sorted(wanted - self.members)), msgid=secrets.token_hex(12))
        self._messages[answer["msgid"]] = time.monotonic()
        if task is not None:
            self._tasks.add(task)
            answer["response_code"] = secrets.token_urlsafe(24)
        self._deliver(body, wanted & self.members)
        self._sent[raw] = (time.monotonic(), answer)
        return answer

    def _deliver(self, body: Json, users: set[str]) -> None:
        content = body[body["msgtype"]]
        card = Card(content.get("task_id", ""), content["card_type"], content) if "card_type" in content else None
        seen = Seen("\n".join(json_words(content)), card, time.monotonic())
        for user in users:
            if self._is_dropped(user):
                self.complaints.append(f"more than {MEMBER_A_MINUTE} messages in a minute to {user}")
            else:
                self.chats[user].append(seen)

    def _is_dropped(self, user: str) -> bool:
        """Without a word to the app."""
        times, now = self._times[user], time.monotonic()
        while times and times[0] < now - 60:
            times.popleft()
        times.append(now)
        return len(times) > MEMBER_A_MINUTE

    def _update(self, raw: bytes, body: Json) -> Json:
        return _ok(invaliduser=[])

    def _recall(self, raw: bytes, body: Json) -> Json:
        msgid = str(body.get("msgid", ""))
        if msgid not in self._messages:
            return {"errcode": 40058, "errmsg": "invalid msgid"}
        self.recalled.add(msgid)
        return _ok()


def _ok(**more: object) -> Json:
    return {"errcode": 0, "errmsg": "ok", **more}


def _answer(body: Json) -> web.Response:
    return web.Response(text=json.dumps(body, ensure_ascii=False), content_type="application/json")
