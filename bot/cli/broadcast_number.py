"""The number of a broadcast, as its commands take it, who asks for it, and a broadcast as a JSON document."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final, TypeVar

import click

from training.broadcasts import Broadcast, Kind

F = TypeVar("F", bound=Callable[..., Any])
_LAST: Final = 2**31 - 1  # a database takes more, but nobody means that


def of_broadcast(command: F) -> F:
    """Adds `number: int`."""
    return click.argument("number", type=click.IntRange(1, _LAST), metavar="群发编号")(command)


def document(broadcast: Broadcast) -> dict[str, Any]:
    """Without its id; what is no quiz never closes."""
    settings, quiz = broadcast.settings, broadcast.settings.kind is Kind.QUIZ
    return {
        **{"kind": str(settings.kind), "title": settings.title, "state": str(broadcast.state)},
        **{"repeats": settings.repeat is not None, "series": broadcast.series or None},
        "sender": broadcast.sender or None,
        "send_at": _iso(broadcast.send_at),
        "closes_at": _iso(broadcast.closes_at) if quiz else None,
        "remind_at": _iso(broadcast.remind_at),
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
