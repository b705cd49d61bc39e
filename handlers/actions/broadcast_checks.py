"""What keeps a broadcast from being ordered: who sends it, to whom, what, and when.

Who may send is asked again when it is sent. A sender of None is the command line, which sends for the city.
"""

from datetime import datetime
from typing import Final

from handlers.actions import broadcast_questions
from handlers.actions.broadcast_audience import may_send, reach, scope_of
from storage import broadcast_audience, calendar, media, units
from storage.database import Tx
from storage.scope import Scope
from training.broadcast_errors import (
    BadFile,
    ClosesTooEarly,
    CreditForWritten,
    InThePast,
    Lacking,
    NeverComes,
    NeverUrgent,
    NobodyReached,
    NoSuchPersons,
    NoSuchUnits,
    NothingToSend,
    OneEndForMany,
    OutsideScope,
    TooManyQuestions,
    UnfitQuestions,
    UrgentOnlyByCity,
)
from training.broadcast_times import closing, first_slot
from training.broadcasts import Kind, Settings
from training.errors import NotAllowed
from training.people import Person, Role
from training.rules import Rules

URGENT_KINDS: Final = (Kind.NOTICE, Kind.PICTURE, Kind.FILE)
_MOST_BYTES: Final = {Kind.PICTURE: 10 * 1024 * 1024, Kind.FILE: 20 * 1024 * 1024}  # doc 90253
_FEWEST_BYTES: Final = 6  # doc 90253
_PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")


async def demand_good(
    tx: Tx,
    rules: Rules,
    settings: Settings,
    sender: Person | None,
    now: datetime,
    *,
    sent_at: datetime | None = None,
    settled: bool = True,
) -> None:
    """Everything that keeps it from being ordered for `sent_at` (None: now), without doing anything.

    Raises: NotAllowed, NoUnitsManaged and what is in `training.broadcast_errors`.
    """
    if sender is not None and not may_send(rules, sender, now):
        raise NotAllowed
    _demand_urgent(settings, sender)
    await _demand_within(tx, settings, await scope_of(tx, rules, sender, now))
    await _demand_content(tx, settings, sender, now)
    await _demand_times(tx, settings, now)
    reached = await reach(tx, rules, settings, sender, now, sent_at)
    if reached.hopeless or (settled and not reached.persons):
        raise NobodyReached(reached.left)


def _demand_urgent(settings: Settings, sender: Person | None) -> None:
    if settings.urgent and sender is not None and sender.role is not Role.CITY_ADMIN:
        raise UrgentOnlyByCity
    if settings.urgent and settings.kind not in URGENT_KINDS:
        raise NeverUrgent(settings.kind)


async def _demand_within(tx: Tx, settings: Settings, scope: Scope) -> None:
    audience, known = settings.audience, await units.every(tx)
    if unknown := tuple(code for code in audience.units if code not in known):
        raise NoSuchUnits(unknown)
    nobody, outside = await broadcast_audience.unknown(tx, scope, audience.persons)
    if nobody:
        raise NoSuchPersons(tuple(sorted(nobody)))
    beyond = (
        () if scope.everything else tuple(known[code].name for code in audience.units if code not in scope.units)
    )
    if outside or beyond:
        raise OutsideScope(beyond, tuple(sorted(outside)))


async def _demand_content(tx: Tx, settings: Settings, sender: Person | None, now: datetime) -> None:
    match settings.kind:
        case Kind.NOTICE:
            if not settings.text.strip():
                raise NothingToSend(Lacking.TEXT)
        case Kind.PICTURE | Kind.FILE:
            await _demand_file(tx, settings)
        case Kind.QUIZ:
            await _demand_questions(tx, settings, sender, now)


async def _demand_file(tx: Tx, settings: Settings) -> None:
    found = (await media.of(tx, [settings.media])).get(settings.media) if settings.media else None
    if found is None:
        raise NothingToSend(Lacking.FILE)
    most = _MOST_BYTES[settings.kind]
    if len(found.content) > most:
        raise BadFile("large", most)
    if len(found.content) < _FEWEST_BYTES:
        raise BadFile("small")
    if settings.kind is Kind.PICTURE and (found.type != "image" or not found.content.startswith(_PICTURES)):
        raise BadFile("picture")


async def _demand_questions(tx: Tx, settings: Settings, sender: Person | None, now: datetime) -> None:
    wanted = broadcast_questions.asked(settings)
    if not wanted:
        raise NothingToSend(Lacking.QUESTIONS)
    if wanted > broadcast_questions.MOST:
        raise TooManyQuestions(wanted, broadcast_questions.MOST)
    if bad := await broadcast_questions.unfit(tx, settings, now):
        raise UnfitQuestions(bad)
    await broadcast_questions.demand_drawable(tx, settings, now)
    by_unit = sender is not None and sender.role is not Role.CITY_ADMIN
    if by_unit and settings.credit and settings.written:
        raise CreditForWritten


async def _demand_times(tx: Tx, settings: Settings, now: datetime) -> None:
    if settings.at is not None and settings.at <= now:
        raise InThePast(settings.at)
    slot = None
    if settings.repeat is not None:
        if settings.at is not None or settings.until.at is not None:
            raise OneEndForMany
        slot = first_slot(settings.repeat, now, await calendar.imported(tx))
        if slot is None:
            raise NeverComes
    # Quiet hours and days off are left to the confirmation: a later moment would only close earlier.
    send_at = slot or settings.at or now
    closes_at = closing(settings.until, send_at)
    if settings.kind is Kind.QUIZ and closes_at <= send_at:
        raise ClosesTooEarly(closes_at, send_at)
