"""新建活动: a draft is an activity in 计划 that still lacks something; names in it are looked up here.

Whoever makes it organises it. A unit admin's is held by the unit, a city admin's by the city, unless they say
otherwise. Nothing of a draft is for others until it is published.
"""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime

from msgspec.structs import replace

from handlers.actions import activities
from handlers.actions.activity_people import logged, numbered
from storage import activities as kept
from storage import duty_sources, people, study_plans, units
from storage.database import Tx
from storage.scope import EVERYTHING, Scope
from training.activities import Activity, HeldBy, Settings, State
from training.activity_errors import NotOrganiser, WrongState
from training.activity_form import NO_SESSION, NOTHING, Entry, Key, lacking, planned
from training.activity_word_errors import BadValue, NobodyNamed, SeveralNamed
from training.broadcast_audience_words import Known, audience_from, audience_words, lookups
from training.broadcasts import Audience
from training.calendar import day_of
from training.cell_words import folded, listed
from training.errors import NotAllowed
from training.numbers import number_text
from training.people import Person, Role
from training.rules import Rules
from training.units import UnitTree, units_on


async def open_draft(tx: Tx, maker: Person) -> Activity | None:
    """One's newest that still lacks something."""
    found = [
        one
        for one in await kept.open_ones(tx)
        if one.state is State.PLANNED and one.created_by == maker.number and lacking(one.settings)
    ]
    return max(found, key=lambda one: one.number, default=None)


async def begin(tx: Tx, maker: Person, now: datetime) -> Activity:
    """An empty one. Raises: NotAllowed."""
    if maker.role not in (Role.CITY_ADMIN, Role.UNIT_ADMIN):
        raise NotAllowed
    by_city = maker.role is Role.CITY_ADMIN
    settings = Settings(
        title="",
        form="",
        sessions=(NO_SESSION,),
        organiser=maker.number,
        held_by=HeldBy.CITY if by_city else HeldBy.UNIT,
        units=(await _host(tx, maker),),
    )
    secret = secrets.token_bytes(activities.SECRET_BYTES)
    number = await kept.add(tx, settings, created_by=maker.number, secret=secret, now=now)
    made = await numbered(tx, number)
    await logged(tx, made, "make", maker, now, via="chat")
    return made


async def _host(tx: Tx, maker: Person) -> str:
    """Raises: NotAllowed, for a unit admin of nothing."""
    if maker.role is Role.CITY_ADMIN or maker.unit in await units.below(tx, maker.managed_units):
        return maker.unit
    if not maker.managed_units:
        raise NotAllowed
    return maker.managed_units[0]


async def keep(
    tx: Tx, rules: Rules, maker: Person, number: int, said: Sequence[Entry], channel: str, now: datetime
) -> Activity:
    """Take what was said. What lacks nothing is checked as a whole.

    Raises: NotOrganiser, WrongState, ActivityRefusal of what was said, and what `activities.demand_good` raises.
    """
    found = await numbered(tx, number, lock=True)
    if found.created_by != maker.number:
        raise NotOrganiser(number)
    if found.state is not State.PLANNED:
        raise WrongState(number, found.state)
    settings, looking = found.settings, _Looking(tx, maker, channel, now)
    for entry in said:
        settings = await looking.taken(settings, entry)
    if not lacking(settings):
        return await activities.amend(tx, rules, maker, number, settings, now)
    await kept.change(tx, number, settings)
    return await numbered(tx, number)


class _Looking:
    """Takes an entry, with units and people by their names."""

    def __init__(self, tx: Tx, maker: Person, channel: str, now: datetime) -> None:
        self._tx = tx
        self._maker = maker
        self._channel = channel
        self._now = now

    async def taken(self, settings: Settings, entry: Entry) -> Settings:
        key, value = entry
        empty = folded(value) in NOTHING
        match key:
            case Key.HOST:
                return replace(settings, units=(await self._unit(value), *settings.units[1:]))
            case Key.UNITS:
                joined = () if empty else [await self._unit(word) for word in listed(value)]
                return replace(settings, units=tuple(dict.fromkeys((settings.units[0], *joined))))
            case Key.ORGANISER:
                return replace(settings, organiser=await self._organiser(settings, value))
            case Key.SPEAKER:
                return replace(settings, speaker=value, speakers=() if empty else await self._speakers(value))
            case Key.AUDIENCE:
                return replace(settings, audience=await self._audience(settings, value))
            case Key.PLAN:
                return await self._carrying_out(planned(settings, entry, self._now), value)
        return planned(settings, entry, self._now)

    async def _tree(self) -> UnitTree:
        return UnitTree(units_on(await units.facts(self._tx), day_of(self._now)))

    async def _unit(self, word: str) -> str:
        """Raises: NobodyNamed, SeveralNamed."""
        tree = await self._tree()
        codes = tree.find(word)
        if not codes:
            raise NobodyNamed(word, persons=False)
        if len(codes) > 1:
            raise SeveralNamed(word, tuple((code, tree.path(code)) for code in codes))
        return codes[0]

    async def _organiser(self, settings: Settings, word: str) -> str:
        return (await one_called(self._tx, await holding(self._tx, settings), self._channel, word)).number

    async def _speakers(self, value: str) -> tuple[str, ...]:
        """Those of them who are on the roll; a guest is nobody there. Raises: SeveralNamed."""
        found = list[str]()
        for word in listed(value):
            try:
                found.append((await one_called(self._tx, EVERYTHING, self._channel, word)).number)
            except NobodyNamed:
                continue
        return tuple(dict.fromkeys(found))

    async def _carrying_out(self, settings: Settings, value: str) -> Settings:
        """A line of this year's or a neighbouring year's plan. Raises: BadValue."""
        year = day_of(self._now).year
        known = [line.number for of in (year - 1, year, year + 1) for line in await study_plans.lines(self._tx, of)]
        if settings.plan and settings.plan not in known:
            raise BadValue(Key.PLAN, value, ("学法计划中的编号", "“无”"))
        return settings

    async def _audience(self, settings: Settings, value: str) -> Audience:
        """Raises: NobodyNamed, SeveralNamed, those of `audience_words` and `audience_from`."""
        words = audience_words(value)
        if words.everyone and not words.names:
            return Audience(groups=words.groups)
        reach = Scope(units=await units.below(self._tx, (*self._maker.managed_units, *settings.units)))
        by_city = self._maker.role is Role.CITY_ADMIN
        scope = EVERYTHING if by_city else reach
        typed = lookups(words)
        owners = await people.owners(self._tx, EVERYTHING, self._channel, {word.casefold() for word in typed})
        numbers = {*typed, *map(number_text, typed), *owners.values()}
        persons = frozenset(await people.names(self._tx, scope, numbers))
        accounts = {account: number for account, number in owners.items() if number in persons}
        known = Known(
            *(await self._tree(), settings.units[0], persons, accounts),
            None if by_city else reach.units,
            self._maker.managed_units,
        )
        return audience_from(words, known)


async def holding(tx: Tx, settings: Settings) -> Scope:
    """Whom an organiser may name: of what the city holds anybody, else those of the units that hold it."""
    return EVERYTHING if settings.held_by is HeldBy.CITY else Scope(units=await units.below(tx, settings.units))


async def one_called(tx: Tx, scope: Scope, channel: str, word: str) -> Person:
    """By 人员编号, name or account, also `张三（R1）`. Raises: NobodyNamed, SeveralNamed."""
    called = await _called(tx, scope, channel, word)
    if not called:
        raise NobodyNamed(word, persons=True)
    if len(called) > 1:
        names = await units.names(tx, {one.unit for one in called})
        raise SeveralNamed(word, tuple((one.number, names.get(one.unit, one.unit)) for one in called))
    return called[0]


async def _called(tx: Tx, scope: Scope, channel: str, word: str) -> list[Person]:
    name, _, number = number_text(word).rstrip(")").partition("(")
    return await duty_sources.called(tx, scope, channel, (number or name).strip())


async def named(tx: Tx, about: Activity, meant: Collection[str], channel: str, words: Sequence[str]) -> list[str]:
    """人员编号 of the people whom an organiser names: of the units that hold it, else of those who are `meant`.

    Raises: NobodyNamed, SeveralNamed.
    """
    scope = await holding(tx, about.settings)
    numbers = [await _one_meant(tx, scope, meant, channel, word) for word in words]
    return list(dict.fromkeys(numbers))


async def _one_meant(tx: Tx, scope: Scope, meant: Collection[str], channel: str, word: str) -> str:
    """Of people beyond the scope nothing is told."""
    try:
        return (await one_called(tx, scope, channel, word)).number
    except NobodyNamed:
        called = await _called(tx, EVERYTHING, channel, word)
        of_them = [one.number for one in called if one.number in meant]
        if len(of_them) != 1:
            raise
        return of_them[0]


async def names_in(tx: Tx, settings: Settings) -> dict[str, str]:
    """Of every unit by its code and every person by the number that the settings name."""
    named = await units.names(tx, {*settings.units, *settings.audience.units})
    persons = {settings.organiser, *settings.speakers, *settings.audience.persons}
    return {**named, **await people.names(tx, EVERYTHING, persons)}
