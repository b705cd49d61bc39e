"""The number of an activity, as its commands take it, who stands behind `--as`, and an activity as JSON."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, TypeVar

import click

from bot.cli.frame import Call, Refused
from bot.cli.options import filled
from bot.rule_files import rules_of
from handlers.actions import activity_filing
from handlers.texts.activity_orders import DRAFT, refused, state
from storage.database import Database
from training.activities import Activity
from training.activity_errors import ActivityRefusal
from training.activity_form import NO_SESSION
from training.people import Person

F = TypeVar("F", bound=Callable[..., Any])
_LAST: Final = 2**31 - 1  # a database takes more, but nobody means that


def of_activity(command: F) -> F:
    """Adds `number: int`."""
    return click.argument("number", type=click.IntRange(1, _LAST), metavar="活动编号")(command)


def acted_by(command: Callable[..., Any]) -> Callable[..., Any]:
    """Adds `account` and `reason`."""
    said = "以这名管理员或组织者的身份"
    for option in (
        click.option("--reason", default="", callback=filled, metavar="理由", help="理由，记入审计日志"),
        click.option("--as", "account", default="", callback=filled, metavar="账号", help=said),
    ):
        command = option(command)
    return command


def demand_words(account: str, reason: str) -> None:
    """Raises: Refused."""
    lacking = [name for name, given in (("--as 账号", account), ("--reason 理由", reason)) if not given.strip()]
    if lacking:
        raise Refused(f"请写明 {'、'.join(lacking)}，记入审计日志。")


async def acting(
    call: Call, database: Database, account: str, now: datetime, *, only_look: bool = False
) -> Person | None:
    """None is the command line. Raises: NoSuchAccount."""
    if not account.strip():
        return None
    async with database.read() if only_look else database.write() as tx:
        return await activity_filing.acting(tx, rules_of(call.config()), account, now, only_look=only_look)


@contextmanager
def in_its_words() -> Iterator[None]:
    """What the chat would send back with a chat's words is said as a command's."""
    try:
        yield
    except ActivityRefusal as refusal:
        sentence = refused(refusal)
        if not sentence:
            raise
        raise Refused(sentence) from None


def not_allowed(account: str) -> Refused:
    return Refused(f"账号“{account.strip()}”不是管理员，不能新建活动，请核对 --as。")


def document(one: Activity) -> dict[str, Any]:
    """Without its id; a draft may have no times yet."""
    settings = one.settings
    dated = settings.sessions != (NO_SESSION,)
    return {
        **{"title": settings.title, "form": settings.form},
        "state": "draft" if state(one) == DRAFT else str(one.state),
        "starts_at": settings.sessions[0].starts.isoformat() if dated else None,
        "ends_at": settings.sessions[-1].ends.isoformat() if dated else None,
        **{"sessions": len(settings.sessions) if dated else 0, "place": settings.place},
        **{"organiser": settings.organiser, "held_by": str(settings.held_by), "units": list(settings.units)},
        "batch": one.batch or None,
    }
