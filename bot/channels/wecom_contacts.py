"""Reading the corporation's members: every account by the contact-sync secret, names by the app's own.

Addresses that are new since 2022-08-15 get nothing but ids by the contact-sync secret, so names are asked for as
the app, and only as far as it sees people; without them it goes on. A list that ends early is never taken for
whole. Source: docs 96067 (user/list_id), 90200 (user/simplelist), 90196 (user/get).
"""

import asyncio
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from wechatpy.exceptions import WeChatClientException

from bot.channels.channel import Verdict
from bot.channels.wecom_api import ApiSettings, Client, Lost, Unsent, open_session
from bot.channels.wecom_verdicts import verdict
from training.contact_matching import Member

PAGE: Final = 10_000  # rows; the most that WeCom gives
MOST_SINGLE: Final = 500  # names asked for one by one, of those whose departments the app does not see
WAITS: Final = (2.0, 5.0)  # seconds before a second and a third try
_UNSEEN: Final = frozenset({60003, 60011, 60021, 60111})  # this department or member only: the others may be seen
_ADDRESS: Final = re.compile(r"from ip:\s*([0-9A-Fa-f.:]+)")


@dataclass(eq=False)
class ContactsUnread(Exception):
    """`code` as WeCom gave it, 0 when it gave none; `address` is ours (60020); `cause` is never a URL."""

    code: int = 0
    address: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Everybody; `nameless` is how many of those who were asked for have no name."""

    members: tuple[Member, ...]
    nameless: int


async def read_contacts(
    settings: ApiSettings, contact_secret: str, known: Collection[str], waits: Sequence[float] = WAITS
) -> Contacts:
    """Every member; with a name those whose account is not among the `known` ones. Raises: ContactsUnread."""
    async with open_session(settings) as session:
        sync = Reader(Client(replace(settings, secret=contact_secret), session), waits)
        departments = await sync.departments_by_account()
        unknown = {account: where for account, where in departments.items() if account not in known}
        names: Mapping[str, str] = {}
        if settings.secret and unknown:
            names = await Reader(Client(settings, session), waits).names(unknown)
    members = tuple(Member(one, names.get(one, ""), where) for one, where in sorted(departments.items()))
    return Contacts(members, sum(not names.get(account) for account in unknown))


class Reader:
    """The calls by one secret. They only read, so that whatever was lost may be asked again."""

    def __init__(self, client: Client, waits: Sequence[float]) -> None:
        self._client = client
        self._waits = waits

    async def departments_by_account(self) -> dict[str, tuple[int, ...]]:
        """Account → departments. One row a member and department; an empty or missing cursor ends it."""
        found: dict[str, list[int]] = {}
        cursor, seen = "", {""}
        while True:
            page = await self._ask("POST", "user/list_id", body={"cursor": cursor, "limit": PAGE})
            for account, department in _rows(page):
                found.setdefault(account, []).append(department)
            cursor = str(page.get("next_cursor") or "")
            if not cursor:
                return {account: tuple(dict.fromkeys(where)) for account, where in found.items()}
            if cursor in seen:  # it would go round for ever
                raise ContactsUnread(cause="next_cursor")
            seen.add(cursor)

    async def names(self, wanted: Mapping[str, tuple[int, ...]]) -> Mapping[str, str]:
        """Account → name, of those whom the app sees; what is no matter of visibility ends the asking."""
        found: dict[str, str] = {}
        try:
            for department in sorted({number for where in wanted.values() for number in where}):
                asked = {"department_id": department}
                found |= _names((await self._seen("user/simplelist", asked)).get("userlist"))
            for account in sorted(wanted.keys() - found.keys())[:MOST_SINGLE]:
                found |= _names([await self._seen("user/get", {"userid": account})])
        except ContactsUnread:
            pass  # some names are better than none
        return {account: name for account, name in found.items() if account in wanted}

    async def _seen(self, path: str, params: Mapping[str, str | int]) -> dict[str, Any]:
        """Empty when the app does not see it."""
        try:
            return await self._ask("GET", path, params)
        except ContactsUnread as unread:
            if unread.code in _UNSEEN:
                return {}
            raise

    async def _ask(
        self, method: str, path: str, params: Mapping[str, str | int] | None = None, body: object = None
    ) -> dict[str, Any]:
        """Tried again while WeCom is busy or the answer was lost. Raises: ContactsUnread."""
        content = None if body is None else json.dumps(body, ensure_ascii=False).encode()
        failure = ContactsUnread()
        for wait in (0.0, *self._waits):
            await asyncio.sleep(wait)
            try:
                return await self._client.call(method, path, params, lambda: content)
            except WeChatClientException as refused:
                failure = ContactsUnread(int(refused.errcode), _address(str(refused.errmsg)))
                if verdict(failure.code)[0] is not Verdict.RETRY:
                    break
            except (Unsent, Lost) as failed:
                failure = ContactsUnread(cause=failed.cause)
                if isinstance(failed, Unsent) and failed.lasting:
                    break
        raise failure


def _address(words: str) -> str:
    found = _ADDRESS.search(words)
    return found[1].rstrip(".:") if found else ""


def _rows(page: Mapping[str, Any]) -> list[tuple[str, int]]:
    """(account, department) of every row. Raises: ContactsUnread when it is no such list."""
    try:
        return [(str(row["userid"]).casefold(), int(row["department"])) for row in page["dept_user"]]
    except (KeyError, TypeError, ValueError):
        raise ContactsUnread(cause="dept_user") from None


def _names(users: object) -> dict[str, str]:
    rows = users if isinstance(users, list) else []
    told = {str(row.get("userid", "")).casefold(): row.get("name") for row in rows if isinstance(row, dict)}
    return {account: name.strip() for account, name in told.items() if isinstance(name, str) and name.strip()}
