"""The app's own record and its switches.

Source: doc 90227 (agent/get), 90228 (agent/set).
"""

from __future__ import annotations

from bot.sandbox.corp import App
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import JsonObject, JsonValue, number_at, text_at
from bot.sandbox.state import State


def read_agent(state: State, app: App, agent_id: str) -> JsonObject:
    """What agent/get says of the app.

    Raises: ApiError 41011, 40056, 301002.
    """
    state.own_agent(app, {"agentid": agent_id} if agent_id else {})
    granted = app.visible or ()
    users: list[JsonValue] = [{"userid": entry} for entry in granted if isinstance(entry, str)]
    parties: list[JsonValue] = [entry for entry in granted if isinstance(entry, int)]
    return {
        "errcode": 0,
        "errmsg": "ok",
        "agentid": app.agent_id,
        "name": app.name,
        "square_logo_url": "",
        "description": app.description,
        "allow_userinfos": {"user": users},
        "allow_partys": {"partyid": [1] if app.visible is None else parties},
        "allow_tags": {"tagid": []},
        "close": 0,
        "redirect_domain": app.redirect_domain,
        "report_location_flag": 0,
        "isreportenter": int(app.report_enter),
        "home_url": app.home_url,
    }


def change_agent(state: State, app: App, body: JsonObject) -> JsonObject:
    """Sets what the body names.

    Raises: ApiError 41011, 40056, 301002, 40058 for a switch that is neither 0 nor 1.
    """
    state.own_agent(app, body)
    if "isreportenter" in body:
        switch = number_at(body, "isreportenter", -1)
        if switch not in (0, 1):
            raise ApiError(40058, "isreportenter")
        app.report_enter = switch == 1
    app.name = text_at(body, "name") or app.name
    app.description = text_at(body, "description") or app.description
    app.home_url = text_at(body, "home_url") or app.home_url
    app.redirect_domain = text_at(body, "redirect_domain") or app.redirect_domain
    return {"errcode": 0, "errmsg": "ok"}
