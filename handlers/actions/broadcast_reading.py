"""A broadcast file is read and ordered, by the command line: for the city, or for an admin who is named.

The digest of what was brought is kept with it, so that the same file does not go out twice by mistake.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from msgspec.structs import replace

from handlers.actions import broadcast_setting
from handlers.actions.broadcast_audience import CITY, Reach, may_send
from handlers.actions.known_words import known_words, topics_in_use
from handlers.holding import Awake
from storage import askers, audit, broadcasts, calendar, media, people, questions, units
from storage.audit import Act
from storage.database import Database, Tx
from storage.media import Kept
from storage.scope import EVERYTHING
from training.broadcast_errors import ClosesTooEarly
from training.broadcast_file import Known, broadcast_doubts, broadcast_settings, named_in
from training.broadcast_times import first_slot
from training.broadcasts import Broadcast, Kind, Settings, State
from training.calendar import day_of
from training.errors import NoSuchAccount, NotAllowed
from training.exam_file_errors import Doubt
from training.people import WECOM, Person, Role
from training.rules import Rules

VIA: Final = "cli"
SENT_AS: Final = "broadcast.sent_as"
_TYPES: Final = {Kind.PICTURE: "image", Kind.FILE: "file"}  # as the channel calls them


@dataclass(frozen=True, slots=True)
class Read:
    """A file that can be used; `kept` is the picture or file that it sends."""

    settings: Settings
    kept: Kept | None
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class Order:
    """`sender` None is the command line, and `by` who runs it. `again`: the file may have ordered one before."""

    read: Read
    sender: Person | None
    by: str
    digest: str
    again: bool = False


def digest_of(text: bytes, files: Mapping[str, bytes]) -> str:
    """Of the file and of what it sends."""
    parts = (text, *(content for _, content in sorted(files.items())))
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


async def read(database: Database, text: str, files: Mapping[str, bytes], now: datetime) -> Read:
    """Raises: BadBroadcastFile."""
    named = named_in(text)
    topics = await topics_in_use(database) if named.topics else frozenset[str]()
    async with database.read() as tx:
        words = await known_words(tx, text, topics, now)
        found = await questions.current(tx, named.questions)
    kinds = {id_: question.kind for id_, (_, question) in found.items()}
    known = Known(words.units, words.persons, words.accounts, words.merged, topics, kinds)
    settings = broadcast_settings(text, known, now, files)
    if settings.kind not in _TYPES:
        return Read(settings, None, broadcast_doubts(settings))
    kept = media.kept(settings.file_name, _TYPES[settings.kind], files[named.file])
    return Read(replace(settings, media=kept.digest), kept, broadcast_doubts(settings))


async def sender_of(tx: Tx, rules: Rules, account: str, now: datetime, *, only_look: bool = False) -> Person:
    """Who stands behind `--as`; whoever changes today is brought up to date, unless `only_look`.

    Raises: NoSuchAccount, NotAllowed.
    """
    name, today = account.strip().casefold(), day_of(now)
    due_until = date.min if only_look else today
    known = await askers.by_account(tx, EVERYTHING, WECOM, [name], due_until, rules.statuses_on(today))
    found = known.get(name)
    if found is None:
        raise NoSuchAccount(account)
    if not may_send(rules, found.person, now):
        raise NotAllowed
    return found.person


async def order(tx: Tx, rules: Rules, wanted: Order, now: datetime, awake: Awake) -> tuple[Broadcast, bool]:
    """The broadcast, and whether it stood there already, ordered by the same file.

    Raises: what `broadcast_setting.place` raises.
    """
    if not wanted.again:
        await audit.head(tx, lock=True)  # or two who bring the same file at once would not see each other
        earlier = await broadcasts.by_digest(tx, wanted.digest)
        if earlier is not None:
            return earlier, True
    if wanted.read.kept is not None:
        await media.keep(tx, [wanted.read.kept], now)
    settings, digest = wanted.read.settings, wanted.digest
    made = await broadcast_setting.place(
        tx, rules, settings, sender=wanted.sender, via=VIA, now=now, awake=awake, digest=digest, by=wanted.by
    )
    if wanted.sender is not None:  # in whose name stands with the other acts; who typed it stands here
        await audit.record(tx, Act(wanted.by, VIA, SENT_AS, str(made.number), after=wanted.sender.number), now)
    return made, False


async def tried(tx: Tx, rules: Rules, wanted: Order, now: datetime, awake: Awake) -> Broadcast:
    """What `order` would make, without a number. Nothing is written: a database that may only be read will do.

    Raises: what `broadcast_setting.place` raises.
    """
    settings, number = wanted.read.settings, wanted.sender.number if wanted.sender is not None else CITY
    sent_at = await broadcast_setting.goes_out(tx, settings, now, awake)
    await broadcast_setting.demand_good(tx, rules, _without_file(settings), wanted.sender, now, sent_at=sent_at)
    known_days = await calendar.imported(tx)
    if settings.repeat is not None:
        slot = first_slot(settings.repeat, now, known_days)
        return Broadcast(0, State.REPEATING, settings, 0, number, now, slot)
    found = broadcast_setting.times(settings, now, awake, known_days)
    if settings.kind is Kind.QUIZ and found.closes_at <= found.send_at:
        raise ClosesTooEarly(found.closes_at, found.send_at)
    times = (found.send_at, found.closes_at, found.remind_at)
    return Broadcast(0, State.PLANNED, settings, 0, number, now, *times)


def _without_file(settings: Settings) -> Settings:
    """A notice in place of a picture or file, which was checked when it was read, and is kept nowhere yet."""
    if settings.kind not in _TYPES:
        return settings
    return replace(settings, kind=Kind.NOTICE, text=settings.text or settings.file_name)


@dataclass(frozen=True, slots=True)
class Ordered:
    """A broadcast as it will go out. `wanted`: when it should; `send_at`: when it does, of a series the first one.

    `names`: of its units by code and its people by number; `managed`: what a unit admin reaches, None for the city.
    """

    broadcast: Broadcast
    reach: Reach
    wanted: datetime
    send_at: datetime
    by_clock: bool
    names: Mapping[str, str]
    managed: tuple[str, ...] | None


async def ordered(
    tx: Tx, made: Broadcast, reached: Reach, sender: Person | None, now: datetime, awake: Awake
) -> Ordered:
    settings = made.settings
    slot = made.send_at if settings.repeat is not None else None
    found = broadcast_setting.times(settings, now, awake, await calendar.imported(tx), slot=slot)
    managed = sender.managed_units if sender is not None and sender.role is not Role.CITY_ADMIN else None
    names = await units.names(tx, {*settings.audience.units, *(managed or ())})
    names = {**names, **await people.names(tx, EVERYTHING, settings.audience.persons)}
    return Ordered(
        broadcast=made,
        reach=reached,
        wanted=slot or settings.at or now,
        send_at=found.send_at if settings.repeat is not None else made.send_at or found.send_at,
        by_clock=slot is not None or settings.at is not None,
        names=names,
        managed=None if managed is None else tuple(names.get(code, code) for code in managed),
    )
