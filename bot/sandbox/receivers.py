"""Who a send reaches: touser, toparty and totag against the roll, the visible range and the licences.

Lists that come back are lower-cased. A receiver named twice, or by two ways, gets one copy.
Source: doc 90236.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from bot.sandbox.corp import App, Directory, Member
from bot.sandbox.errors import ApiError
from bot.sandbox.json_types import JsonObject, JsonValue

USER_LIMIT = 1000
PARTY_LIMIT = 100
TAG_LIMIT = 100


@dataclass
class Receivers:
    """The members reached, by key, and what was wrong with the rest."""

    members: dict[str, Member] = field(default_factory=dict)
    invalid_users: list[str] = field(default_factory=list)
    invalid_parties: list[str] = field(default_factory=list)
    invalid_tags: list[str] = field(default_factory=list)
    unlicensed: list[str] = field(default_factory=list)


def _parts(value: JsonValue) -> list[str]:
    if isinstance(value, list):
        return [str(part) for part in value if str(part)]
    return [part for part in str(value or "").split("|") if part]


def resolve(
    directory: Directory,
    app: App,
    users: JsonValue,
    parties: JsonValue,
    tags: JsonValue,
    *,
    everybody: bool = False,
) -> Receivers:
    """Finds the receivers; lists are accepted as `a|b` or as JSON lists.

    Raises: ApiError 40032, 82002, 82003 for too many, 82001 for none named, 81013 when nobody is left.
    """
    named, party_ids, tag_ids = _parts(users), _parts(parties), _parts(tags)
    _check_sizes(named, party_ids, tag_ids)
    found = Receivers()
    if everybody or named == ["@all"]:
        _add(found, directory, app, directory.members)
    elif named or party_ids or tag_ids:
        _add_named(found, directory, app, named)
        _add_parties(found, directory, app, party_ids)
        _add_tags(found, directory, app, tag_ids)
    else:
        raise ApiError(82001)
    if not found.members:
        raise ApiError(81013)
    return found


def send_receivers(directory: Directory, app: App, body: JsonObject) -> Receivers:
    """The receivers of message/send; here each list is one text, `a|b`.

    Raises: ApiError 40035 for another form, and the codes of `resolve`.
    """
    for name in ("touser", "toparty", "totag"):
        if not isinstance(body.get(name, ""), str):
            raise ApiError(40035, name)
    return resolve(directory, app, body.get("touser"), body.get("toparty"), body.get("totag"))


def _check_sizes(users: list[str], parties: list[str], tags: list[str]) -> None:
    if len(users) > USER_LIMIT:
        raise ApiError(40032)
    if len(parties) > PARTY_LIMIT:
        raise ApiError(82002)
    if len(tags) > TAG_LIMIT:
        raise ApiError(82003)


def _add(found: Receivers, directory: Directory, app: App, members: Iterable[Member]) -> None:
    for member in members:
        if not directory.reachable(app, member):
            continue
        if member.licensed:
            found.members.setdefault(member.key, member)
        elif member.key not in found.unlicensed:
            found.unlicensed.append(member.key)


def _add_named(found: Receivers, directory: Directory, app: App, named: list[str]) -> None:
    for userid in named:
        member = directory.member(userid)
        if member is not None and directory.reachable(app, member):
            _add(found, directory, app, [member])
        elif userid.lower() not in found.invalid_users:
            found.invalid_users.append(userid.lower())


def _add_parties(found: Receivers, directory: Directory, app: App, party_ids: list[str]) -> None:
    for party in party_ids:
        number = int(party) if party.isascii() and party.isdigit() else 0
        if directory.sees_department(app, number):
            _add(found, directory, app, directory.within(directory.below(number)))
        else:
            found.invalid_parties.append(party)


def _add_tags(found: Receivers, directory: Directory, app: App, tag_ids: list[str]) -> None:
    for tag in tag_ids:
        who = directory.tags.get(int(tag) if tag.isascii() and tag.isdigit() else 0)
        if who is None:
            found.invalid_tags.append(tag)
        else:
            _add(found, directory, app, [m for m in directory.members if m.key in who])
