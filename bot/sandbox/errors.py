"""What goes wrong in the local WeCom: refusals of the API, and acts a member cannot do.

An API refusal is always HTTP 200 with `errcode` and `errmsg`; the wording may change, only the number counts.
Source: global error codes, doc 90313.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox.json_types import JsonObject

MESSAGES = {
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40005: "invalid type",
    40006: "invalid media size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40016: "invalid button size",
    40017: "invalid button type",
    40018: "invalid button name size",
    40019: "invalid button key size",
    40020: "invalid button url size",
    40022: "invalid sub button level",
    40023: "invalid sub button size",
    40024: "invalid sub button type",
    40025: "invalid sub button name size",
    40026: "invalid sub button key size",
    40027: "invalid sub button url size",
    40032: "invalid userid list size",
    40033: "invalid request character, \\uxxxx is not allowed",
    40035: "invalid parameter",
    40056: "invalid agentid",
    40058: "invalid request parameter",
    41001: "access_token missing",
    41002: "corpid missing",
    41004: "corpsecret missing",
    41006: "media_id missing",
    41009: "userid missing",
    41010: "url missing",
    41011: "agentid missing",
    41016: "title missing",
    41033: "description missing",
    42001: "access_token expired",
    42014: "invalid task_id or card",
    42015: "card was sent by another agent",
    42016: "task not found",
    42017: "button key missing or too long",
    42018: "button key repeated",
    42019: "button text missing",
    42045: "card_action missing",
    43012: "no callback url for interactive card",
    44001: "empty media data",
    44004: "empty content",
    45001: "media size out of limit",
    45002: "content size out of limit",
    45008: "article count out of limit",
    45009: "api freq out of limit",
    45033: "api concurrent out of limit",
    45034: "url has no scheme",
    46003: "menu does not exist",
    48002: "api forbidden",
    60003: "department not found",
    60011: "no privilege to access/modify contact/party/agent",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    81013: "user & party & tag all invalid",
    82001: "all user & party & tag empty",
    82002: "invalid party list size",
    82003: "invalid tag list size",
    301002: "not allow operate another agent with this accesstoken",
}


@dataclass(eq=False)
class ApiError(Exception):
    """A refusal of the API: the code of the official table and, for people, what it is about."""

    errcode: int
    detail: str = ""

    def answer(self, remote: str) -> JsonObject:
        """The JSON body; the hint and the caller's address are in it like in the real one."""
        return error_answer(self.errcode, remote, self.detail)


def error_answer(errcode: int, remote: str, detail: str = "") -> JsonObject:
    """The body of a refusal. `errmsg` ends in `more info at …?e=CODE`, as the real one does."""
    wording = MESSAGES.get(errcode, "error")
    about = f" ({detail})" if detail else ""
    errmsg = f"{wording}{about}, hint: [sandbox], from ip: {remote}, more info at /devtool/query?e={errcode}"
    return {"errcode": errcode, "errmsg": errmsg}


@dataclass(eq=False)
class NotOffered(Exception):
    """A member tried what the chat does not offer: a grey button, an unknown option, a menu that is not there."""

    reason: str
