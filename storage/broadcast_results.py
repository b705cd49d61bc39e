"""What became of a broadcast, counted: its audience, its requests in the outbox, its answers.

People are counted by unit when a part is queued (`broadcast_part`), so that nothing here looks at each receiver but
the count of those who were left out. A part stands where the worst of its requests stands.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import msgspec
from sqlalchemy import (
    Select,
    String,
    bindparam,
    case,
    cast,
    exists,
    func,
    literal_column,
    select,
)

from storage.broadcasts import Pending
from storage.database import Tx
from storage.outbox import EXPIRED, State
from storage.outbox_claims import UNLICENSED
from storage.outbox_review import GIVEN_UP, WITHDRAWN, unsent
from storage.scope import Scope, within
from storage.sets import among, texts
from storage.tables import (
    account,
    broadcast,
    broadcast_part,
    broadcast_receiver,
    outbox,
)
from training.broadcasts import Left


class Fate(StrEnum):
    """What became of a request, by what there is to say of it."""

    QUEUED = "queued"
    AGAIN = "again"  # queued once more, after it may have arrived
    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    WITHDRAWN = "withdrawn"  # before it went out
    GIVEN_UP = "given_up"  # was unknown, and is left so: somebody decided it, or another try of it failed
    EXPIRED = "expired"  # before it went out, it was worth nothing any more
    UNSENT = "unsent"  # never arrived, by no fault of its own: it can be sent again
    AGAIN_UNSENT = "again_unsent"  # as `unsent`, but before that it was unknown


_PAGE_ACCOUNTS: Final = 5000
_LATER: Final = outbox.alias("later")
_LAST: Final = ~exists().where(_LATER.c.ref == outbox.c.ref, _LATER.c.part > outbox.c.part)
_PARTS: Final = (
    select(broadcast_part.c.part, broadcast_part.c.ref)
    .where(broadcast_part.c.broadcast == bindparam("number"))
    .distinct()
    .subquery("parts")
)
_REFUSED: Final = outbox.c.state == State.REFUSED
# That another try failed says nothing of the first one, unless nobody could be reached at all.
_FAILED_AGAIN: Final = _REFUSED & outbox.c.maybe_twice & (outbox.c.invalid == "")
# WeCom's answer was lost, and the repeat refused as one (42014): no `msgid`, and no word of invalid accounts.
_NO_RECEIPT: Final = (outbox.c.state == State.SENT) & (outbox.c.msgid == "")
# Without its index: by it SQLite would read everything that was ever sent, for each part.
_SENT: Final = outbox.c.state.concat("") == State.SENT
# What of a part has the highest number stands for it: who has not got everything has not got it.
_WORSE: Final = {
    **{Fate.SENT: 0, Fate.GIVEN_UP: 1, Fate.QUEUED: 2, Fate.AGAIN: 3, Fate.SENDING: 4, Fate.WITHDRAWN: 5},
    **{Fate.EXPIRED: 6, Fate.REFUSED: 7, Fate.UNSENT: 8, Fate.AGAIN_UNSENT: 9, Fate.UNKNOWN: 10},
}
_RANK: Final = case(
    (_REFUSED & (outbox.c.reason == GIVEN_UP), _WORSE[Fate.GIVEN_UP]),
    (_FAILED_AGAIN & unsent(), _WORSE[Fate.AGAIN_UNSENT]),
    (_FAILED_AGAIN, _WORSE[Fate.GIVEN_UP]),
    ((outbox.c.state == State.QUEUED) & outbox.c.maybe_twice, _WORSE[Fate.AGAIN]),
    (_REFUSED & (outbox.c.reason == WITHDRAWN), _WORSE[Fate.WITHDRAWN]),
    (_REFUSED & (outbox.c.reason == EXPIRED), _WORSE[Fate.EXPIRED]),
    (unsent(), _WORSE[Fate.UNSENT]),
    *((outbox.c.state == state, _WORSE[Fate(state)]) for state in State),
)
_FATE: Final = case({rank: str(fate) for fate, rank in _WORSE.items()}, value=func.max(_RANK))
_ENDS: Final = (
    select(
        _PARTS.c.part,
        _FATE.label("fate"),
        func.max(outbox.c.finished_at).label("finished_at"),
        func.max(case((_NO_RECEIPT, 1), else_=0)).label("no_receipt"),
    )
    .select_from(_PARTS)
    .join(outbox, outbox.c.lane == bindparam("lanes", type_=String) + cast(_PARTS.c.part, String))
    .group_by(_PARTS.c.part)
    .subquery("ends")
)


def _these(number: int) -> dict[str, Any]:
    return {"number": number, "lanes": f"broadcast-{number}-"}


async def left_out(tx: Tx, scope: Scope, number: int) -> Mapping[Left, int]:
    """Why not written to → how many people. Nobody else is looked at where an index knows those alone."""
    columns = broadcast_receiver.c
    # A bound value would fit no index of a part of the rows.
    here = (columns.broadcast == number) & (columns.left_out != literal_column("''"))
    statement = select(columns.left_out, func.count()).where(here).group_by(columns.left_out)
    rows = await tx.execute(within(statement, scope, columns.person, columns.unit))
    return {Left(why): count for why, count in rows}


async def waiting(tx: Tx, number: int) -> Mapping[str, int]:
    """Unit → how many people are to be written to whose request is not full, so that they are in none."""
    kept = (await tx.execute(select(broadcast.c.pending).where(broadcast.c.number == number))).scalar_one_or_none()
    pending = msgspec.json.decode(kept or "{}", type=Pending)
    return Counter(one.unit for variant in pending.variants for one in variant.waiting if one.unit is not None)


async def queued(tx: Tx, number: int) -> Mapping[str, Mapping[Fate, int]]:
    """Unit → what became of the request → how many people."""
    statement = (
        select(broadcast_part.c.unit, _ENDS.c.fate, func.sum(broadcast_part.c.persons))
        .join(_ENDS, _ENDS.c.part == broadcast_part.c.part)
        .where(broadcast_part.c.broadcast == bindparam("number"))
        .group_by(broadcast_part.c.unit, _ENDS.c.fate)
    )
    found: dict[str, dict[Fate, int]] = {}
    for unit, fate, persons in await tx.execute(statement, _these(number)):
        found.setdefault(unit, {})[Fate(fate)] = int(persons)
    return found


async def sent_before(tx: Tx, number: int, moment: datetime) -> int:
    """How many people's request was sent at that moment or earlier."""
    statement = (
        select(func.coalesce(func.sum(broadcast_part.c.persons), 0))
        .join(_ENDS, _ENDS.c.part == broadcast_part.c.part)
        .where(
            broadcast_part.c.broadcast == bindparam("number"),
            _ENDS.c.fate == str(Fate.SENT),
            _ENDS.c.finished_at <= moment,
        )
    )
    return int((await tx.execute(statement, _these(number))).scalar_one())


async def without_receipt(tx: Tx, number: int, since: datetime | None = None) -> int:
    """How many people's request was sent, after `since` if given, and nothing is known of it but that: it cannot be
    taken back, and who has an invalid account counts as delivered."""
    statement = (
        select(func.coalesce(func.sum(broadcast_part.c.persons), 0))
        .join(_ENDS, _ENDS.c.part == broadcast_part.c.part)
        .where(
            broadcast_part.c.broadcast == bindparam("number"),
            _ENDS.c.fate == str(Fate.SENT),
            _ENDS.c.no_receipt == 1,
        )
    )
    if since is not None:
        statement = statement.where(_ENDS.c.finished_at > since)
    return int((await tx.execute(statement, _these(number))).scalar_one())


async def maybe_twice(tx: Tx, number: int) -> int:
    """How many people at most may have got one of the messages two times, or still may. Not those of whom WeCom
    said at the repeat that they have it already, or that nobody of them can be reached."""
    lane = f"broadcast-{number}-" + cast(broadcast_part.c.part, String)
    nobody = _REFUSED & (outbox.c.invalid != "")
    repeated = exists().where(outbox.c.lane == lane, outbox.c.maybe_twice, ~_NO_RECEIPT, ~nobody)
    statement = select(func.coalesce(func.sum(broadcast_part.c.persons), 0)).where(
        broadcast_part.c.broadcast == number, repeated
    )
    return int((await tx.execute(statement)).scalar_one())


async def not_reached(tx: Tx, scope: Scope, number: int) -> Mapping[str, int]:
    """Unit → how many people of sent requests none of whose accounts could be reached (invalid, or no licence)."""
    statement = select(outbox.c.channel, outbox.c.invalid).join(_PARTS, (outbox.c.ref == _PARTS.c.ref) & _LAST)
    rows = await tx.execute(statement.where(_SENT, outbox.c.invalid != ""), {"number": number})
    failed: dict[str, set[str]] = {}
    for channel, invalid in rows:
        failed.setdefault(channel, set()).update(name.removeprefix(UNLICENSED) for name in invalid.split("|"))
    units: dict[str, int] = {}
    for channel, accounts in failed.items():
        for unit, persons in (await _without_another(tx, scope, number, channel, sorted(accounts))).items():
            units[unit] = units.get(unit, 0) + persons
    return units


async def _without_another(
    tx: Tx, scope: Scope, number: int, channel: str, accounts: list[str]
) -> Mapping[str, int]:
    """Unit → how many of the owners of these accounts have no other in the channel."""
    failed: dict[str, list[Any]] = {}
    for first in range(0, len(accounts), _PAGE_ACCOUNTS):
        values = {"accounts": texts(accounts[first : first + _PAGE_ACCOUNTS]), "number": number}
        for person, unit, has in await tx.execute(_owners(scope, channel), values):
            failed.setdefault(person, [unit, has, 0])[2] += 1
    units: dict[str, int] = {}
    for unit, has, lost in failed.values():
        if lost >= has:
            units[unit] = units.get(unit, 0) + 1
    return units


def _owners(scope: Scope, channel: str) -> Select[Any]:
    """For each of the accounts: whose, of which unit, and how many that person has."""
    other = account.alias("other")
    has = (
        select(func.count()).where(other.c.person == account.c.person, other.c.channel == channel).scalar_subquery()
    )
    statement = (
        select(account.c.person, broadcast_receiver.c.unit, has)
        .join(
            broadcast_receiver,
            (broadcast_receiver.c.person == account.c.person)
            & (broadcast_receiver.c.broadcast == bindparam("number")),
        )
        .where(among(account.c.account, "accounts"), account.c.channel == channel)
    )
    return within(statement, scope, broadcast_receiver.c.person, broadcast_receiver.c.unit)


async def recalls(tx: Tx, number: int) -> Mapping[State, int]:
    """State → how many requests to take back a message of it."""
    asked = outbox.alias("recall")
    back = asked.c.ref == f"broadcast-{number}x-" + cast(outbox.c.id, String)
    lane = f"broadcast-{number}-" + cast(_PARTS.c.part, String)
    statement = (
        select(asked.c.state, func.count())
        .select_from(_PARTS)
        .join(outbox, outbox.c.lane == lane)
        .join(asked, back)
        .group_by(asked.c.state)
    )
    return {State(state): count for state, count in await tx.execute(statement, {"number": number})}
