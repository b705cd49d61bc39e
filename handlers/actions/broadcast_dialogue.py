"""群发 in chat: which step comes next, what each answer does to the draft, and what the preview shows.

Everything stands in the draft and in the focus (`12:whom`, behind it what else the step needs), nothing in memory.
Words are refused with `WordRefusal`; the step and the draft stay as they were. What was taken is kept, also when
the preview then refuses it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from msgspec.structs import replace

from handlers.actions import broadcast_setting as setting
from handlers.actions.broadcast_audience import reach, scope_of
from handlers.actions.broadcast_content import quiz_with
from handlers.actions.broadcast_places import FOCUS, Place, Step, is_empty
from handlers.holding import Awake
from storage import broadcasts, calendar, focus, people, units
from storage.database import Tx
from storage.scope import EVERYTHING
from training.broadcast_audience_words import AudienceWords, Known, audience_from, audience_words, lookups
from training.broadcast_errors import ClosesTooEarly, NobodyReached
from training.broadcast_times import first_slot, sending_at
from training.broadcast_when_words import applied, when_from
from training.broadcast_word_errors import NoText, NoUrgency
from training.broadcast_words import kind_from, notice_from
from training.broadcasts import Broadcast, Kind, Left, Settings, State
from training.calendar import day_of
from training.errors import NotAllowed
from training.numbers import number_text
from training.people import Person, Role
from training.rules import Rules
from training.units import UnitTree, units_on

SENDERS: Final = (Role.UNIT_ADMIN, Role.CITY_ADMIN)
DONE: Final = "broadcast_done"  # a second 确认 is answered, nothing else is taken


@dataclass(frozen=True, slots=True)
class Scene:
    """Where the conversation stands. `managed`: names of the 管辖单位, None for whoever reaches the whole city."""

    draft: Broadcast
    step: Step
    managed: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Timed:
    """`wanted` is what was said; `waits`: that is in the quiet hours or no working day."""

    send_at: datetime
    closes_at: datetime
    remind_at: datetime | None
    wanted: datetime
    waits: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """As it would be confirmed now. `names`: of units and people."""

    draft: Broadcast
    persons: int
    left: Mapping[Left, int]
    timed: Timed
    names: Mapping[str, str]
    managed: tuple[str, ...] | None


def demand_sender(person: Person) -> None:
    """Raises: NotAllowed."""
    if person.role not in SENDERS:
        raise NotAllowed


class Dialogue:
    def __init__(self, rules: Rules, awake: Awake) -> None:
        self._rules = rules
        self._awake = awake

    async def begin(self, tx: Tx, person: Person, now: datetime) -> Broadcast:
        """A draft in which nothing is said yet; one that was left so is taken again.

        Raises: NotAllowed, NoUnitsManaged.
        """
        await scope_of(tx, self._rules, person, now)
        draft = await broadcasts.draft_of(tx, person.number)
        return draft if draft is not None and is_empty(draft) else await setting.begin(tx, person, now)

    async def draft_at(self, tx: Tx, person: Person, place: Place) -> Broadcast | None:
        """None: it is none any more."""
        draft = await broadcasts.one(tx, place.number)
        mine = draft is not None and draft.sender == person.number and draft.state is State.DRAFT
        return draft if mine else None

    async def scene(self, tx: Tx, person: Person, draft: Broadcast, place: Place, now: datetime) -> Scene:
        """The place is where typed words go from now on."""
        await focus.show(tx, [person.number], FOCUS, place.ref, now)
        return Scene(draft, place.step, await self._managed(tx, person))

    async def _managed(self, tx: Tx, person: Person) -> tuple[str, ...] | None:
        if person.role is Role.CITY_ADMIN:
            return None
        names = await units.names(tx, person.managed_units)
        return tuple(names.get(code, code) for code in person.managed_units)

    async def take_kind(self, tx: Tx, person: Person, draft: Broadcast, words: str) -> Broadcast:
        """Another kind forgets what was to be sent, not to whom. Raises: ByFile, NotUnderstood."""
        kind, before = kind_from(words), draft.settings
        if kind is before.kind:
            return draft
        kept = Settings(kind, audience=before.audience, at=before.at, repeat=before.repeat)
        return await setting.amend(tx, person, draft.number, kept)

    async def take_text(self, tx: Tx, person: Person, draft: Broadcast, words: str) -> Broadcast:
        """Raises: NoText, LongTitle, LongText."""
        title, text = notice_from(words)
        if not text:
            raise NoText
        return await setting.amend(tx, person, draft.number, replace(draft.settings, title=title, text=text))

    async def take_questions(
        self, tx: Tx, person: Person, draft: Broadcast, words: str, now: datetime
    ) -> tuple[Broadcast, bool]:
        """And whether no more are to come."""
        settings, done = await quiz_with(tx, draft.settings, words, now)
        changed = settings != draft.settings
        return (await setting.amend(tx, person, draft.number, settings) if changed else draft), done

    async def take_audience(
        self, tx: Tx, person: Person, channel: str, draft: Broadcast, words: str, now: datetime
    ) -> Broadcast:
        """Raises: those of `audience_words` and `audience_from`; NobodyReached."""
        said = audience_words(words)
        audience = audience_from(said, await self._known(tx, person, channel, said, now))
        settings = replace(draft.settings, audience=audience)
        found = await reach(tx, self._rules, settings, person, now)
        if found.hopeless:
            raise NobodyReached(found.left)
        return await setting.amend(tx, person, draft.number, settings)

    async def _known(self, tx: Tx, person: Person, channel: str, words: AudienceWords, now: datetime) -> Known:
        """Of people only those who were named, and who may be reached."""
        tree = UnitTree(units_on(await units.facts(tx), day_of(now)))
        scope = await scope_of(tx, self._rules, person, now)
        typed = lookups(words)
        owners = await people.owners(tx, EVERYTHING, channel, {word.casefold() for word in typed})
        numbers = {*typed, *map(number_text, typed), *owners.values()}
        persons = frozenset(await people.names(tx, scope, numbers))
        accounts = {account: number for account, number in owners.items() if number in persons}
        reached = None if scope.everything else scope.units
        return Known(tree, person.unit, persons, accounts, reached, person.managed_units)

    async def take_time(self, tx: Tx, person: Person, draft: Broadcast, words: str, now: datetime) -> Broadcast:
        """Raises: those of `when_from`."""
        settings = applied(draft.settings, when_from(words, draft.settings.kind, now))
        return await setting.amend(tx, person, draft.number, settings)

    async def take_urgency(self, tx: Tx, person: Person, draft: Broadcast, *, urgent: bool) -> Broadcast:
        """Raises: NoUrgency."""
        city = person.role is Role.CITY_ADMIN
        if urgent and not (city and draft.settings.kind is Kind.NOTICE):
            raise NoUrgency(city)
        return await setting.amend(tx, person, draft.number, replace(draft.settings, urgent=urgent))

    async def preview(self, tx: Tx, person: Person, draft: Broadcast, now: datetime) -> Preview:
        """Counted now; the place is shown with the count. Raises: what keeps it from being sent as it stands."""
        sent_at = await setting.goes_out(tx, draft.settings, now, self._awake)
        await setting.demand_good(tx, self._rules, draft.settings, person, now, sent_at=sent_at, settled=False)
        found = await self._counted(tx, person, draft, await self._timed(tx, draft.settings, now), now)
        place = Place(draft.number, Step.PREVIEW, str(found.persons))
        await focus.show(tx, [person.number], FOCUS, place.ref, now)
        return found

    async def _timed(self, tx: Tx, settings: Settings, now: datetime) -> Timed:
        """Raises: ClosesTooEarly, when it would have to wait until it is closed."""
        days = await calendar.imported(tx)
        slot = first_slot(settings.repeat, now, days) if settings.repeat else None
        wanted = slot or settings.at or now
        times = setting.times(settings, now, self._awake, days, slot=slot)
        if settings.kind is Kind.QUIZ and times.closes_at <= times.send_at:
            raise ClosesTooEarly(times.closes_at, times.send_at)
        waits = not settings.urgent and sending_at(wanted, self._awake, days) != wanted
        return Timed(times.send_at, times.closes_at, times.remind_at, wanted, waits)

    async def _counted(self, tx: Tx, person: Person, draft: Broadcast, timed: Timed, now: datetime) -> Preview:
        audience = draft.settings.audience
        found = await reach(tx, self._rules, draft.settings, person, now, timed.send_at)
        scope = await scope_of(tx, self._rules, person, now)
        names = {**await units.names(tx, audience.units), **await people.names(tx, scope, audience.persons)}
        return Preview(draft, found.persons, found.left, timed, names, await self._managed(tx, person))

    async def confirm(
        self, tx: Tx, person: Person, draft: Broadcast, counted: int, now: datetime
    ) -> tuple[Preview, bool]:
        """Counted anew, and whether it is confirmed: not when the number is more than a tenth off `counted`."""
        found = await self.preview(tx, person, draft, now)
        if abs(found.persons - counted) * 10 > counted:
            return found, False
        done = await setting.confirm(tx, self._rules, person, draft.number, now, self._awake)
        await focus.leave(tx, [person.number], kind=FOCUS)
        await focus.show(tx, [person.number], DONE, str(draft.number), now)
        return found, done.state is not State.DRAFT

    async def cancel(self, tx: Tx, person: Person, number: int, now: datetime) -> None:
        """The draft, and the conversation about it."""
        await setting.cancel(tx, person, number, now, "chat")
        await focus.leave(tx, [person.number], kind=FOCUS)
