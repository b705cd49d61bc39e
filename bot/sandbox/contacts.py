"""Departments and members, as far as the caller may see them.

`app` is the calling app, or None for the contact-sync secret. That secret reads only department/simplelist and
user/list_id; an app reads the rest within its visible range, and without the fields withheld since 2022-06-20.
Source: doc 90208, 95350, 95351, 90196, 90200, 90201, 96067.
"""

from __future__ import annotations

import base64
import binascii

from bot.sandbox.corp import App, Department, Member
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import JsonObject, JsonValue, number_at, text_at
from bot.sandbox.state import State

LIST_LIMIT = 10_000


def _ok(**fields: JsonValue) -> JsonObject:
    return {"errcode": 0, "errmsg": "ok", **fields}


def _asked_department(state: State, app: App | None, department_id: str) -> int:
    number = int(department_id) if department_id.isascii() and department_id.isdigit() else 0
    if number not in state.directory.departments:
        raise ApiError(60003)
    if not state.directory.sees_department(app, number):
        raise ApiError(60011)
    return number


def _departments(state: State, app: App | None, root: str) -> list[Department]:
    directory = state.directory
    wanted = directory.below(_asked_department(state, app, root)) if root else set(directory.departments)
    return [d for d in directory.departments.values() if d.id in wanted and directory.sees_department(app, d.id)]


def _needs_app(app: App | None) -> App:
    if app is None:
        raise ApiError(48002)
    return app


def department_simplelist(state: State, app: App | None, root: str) -> JsonObject:
    """Ids, parents and order of a department and all below; everything visible without `root`."""
    rows: list[JsonValue] = [
        {"id": d.id, "parentid": d.parentid if d.id != 1 else 0, "order": d.order}
        for d in _departments(state, app, root)
    ]
    return _ok(department_id=rows)


def department_list(state: State, app: App | None, root: str) -> JsonObject:
    """The same with names."""
    return _ok(department=[_department(d) for d in _departments(state, _needs_app(app), root)])


def one_department(state: State, app: App | None, department_id: str) -> JsonObject:
    """A single department."""
    number = _asked_department(state, _needs_app(app), department_id)
    return _ok(department=_department(state.directory.departments[number]))


def _department(department: Department) -> JsonObject:
    return {
        "id": department.id,
        "name": department.name,
        "name_en": "",
        "department_leader": [],
        "parentid": department.parentid if department.id != 1 else 0,
        "order": department.order,
    }


def list_id(state: State, app: App | None, body: JsonObject) -> JsonObject:
    """One page of (userid, department) rows; the last page has no next_cursor.

    Raises: ApiError 48002 for an app's token, 40058 for a wrong limit or cursor.
    """
    if app is not None:
        raise ApiError(48002)
    limit = number_at(body, "limit", LIST_LIMIT)
    if not 0 < limit <= LIST_LIMIT:
        raise ApiError(40058, "limit")
    rows = [(m.userid, d) for m in state.directory.members for d in m.departments]
    start = _position(text_at(body, "cursor"))
    page: list[JsonValue] = [{"userid": u, "department": d} for u, d in rows[start : start + limit]]
    more = start + limit < len(rows)
    return _ok(dept_user=page, **({"next_cursor": _cursor(start + limit)} if more else {}))


def _cursor(position: int) -> str:
    return base64.urlsafe_b64encode(f"row:{position}".encode()).decode()


def _position(cursor: str) -> int:
    if not cursor:
        return 0
    try:
        return int(base64.urlsafe_b64decode(cursor).decode().removeprefix("row:"))
    except (binascii.Error, ValueError) as wrong:
        raise ApiError(40058, "cursor") from wrong


def one_user(state: State, app: App | None, userid: str) -> JsonObject:
    """A single member.

    Raises: ApiError 41009 without userid, 60111 for an unknown one, 60011 outside the visible range.
    """
    caller = _needs_app(app)
    if not userid:
        raise ApiError(41009)
    member = state.directory.member(userid)
    if member is None:
        raise ApiError(60111)
    if not state.directory.sees(caller, member):
        raise ApiError(60011)
    return _ok(**_full(caller, member))


def user_simplelist(state: State, app: App | None, department_id: str) -> JsonObject:
    """Userids and names of the direct members of a department."""
    return _ok(userlist=[_short(member) for member in _direct(state, _needs_app(app), department_id)])


def user_list(state: State, app: App | None, department_id: str) -> JsonObject:
    """The full records of the direct members of a department."""
    caller = _needs_app(app)
    return _ok(userlist=[_full(caller, member) for member in _direct(state, caller, department_id)])


def _direct(state: State, app: App, department_id: str) -> list[Member]:
    number = _asked_department(state, app, department_id)
    return [m for m in state.directory.within([number]) if state.directory.sees(app, m)]


def _short(member: Member) -> JsonObject:
    return {"userid": member.userid, "name": member.name, "department": list(member.departments)}


def _full(app: App, member: Member) -> JsonObject:
    legacy: JsonObject = {"mobile": member.mobile, "email": member.email} if app.legacy_fields else {}
    return {
        **_short(member),
        "order": [0 for _ in member.departments],
        "position": member.position,
        "is_leader_in_dept": [0 for _ in member.departments],
        "direct_leader": [],
        "status": member.status,
        "main_department": member.departments[0],
        "isleader": 0,
        "enable": 0 if member.status == 2 else 1,
        **legacy,
    }
