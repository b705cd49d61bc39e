"""The roll as it is known: every person's history, found by number, account, or name and unit."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from training.cell_words import folded
from training.numbers import known_as, number_text
from training.people import WECOM, Account, Fact, Field, StatusPeriod, values_on
from training.statuses import STATUSES, Status, merged_into, status_on


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """`statuses`: the rows by which the periods are read."""

    number: str
    facts: tuple[Fact, ...]
    periods: tuple[StatusPeriod, ...] = ()
    accounts: tuple[Account, ...] = ()
    statuses: tuple[Status, ...] = STATUSES

    @property
    def wecom_accounts(self) -> tuple[str, ...]:
        return tuple(account.account for account in self.accounts if account.channel == WECOM)

    def values(self, day: date) -> Mapping[str, str]:
        """What holds on `day`; of somebody who comes later, what holds on the first day."""
        return values_on(self.facts, self.not_before_coming(day))

    def not_before_coming(self, day: date) -> date:
        """`day`, or the first day that is on record when that is later."""
        return max(day, min((fact.valid_from for fact in self.facts), default=day))

    def status(self, day: date) -> Status:
        """Raises: UnknownStatus."""
        return status_on(self.periods, day, self.statuses)


class Roll:
    """Persons by their keys as of one day; names are compared folded.

    `merged`: numbers that became another, and which; they are found by number only.
    """

    def __init__(self, persons: Iterable[KnownPerson], day: date) -> None:
        self.day = day
        self.persons: dict[str, KnownPerson] = {}
        self.owners: dict[str, str] = {}
        self.merged: dict[str, str] = {}
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        self._units: dict[str, str] = {}
        self._spelled: dict[str, str] = {}
        for person in persons:
            self._add(person)

    def _add(self, person: KnownPerson) -> None:
        held = person.values(self.day)
        self.persons[person.number] = person
        self.owners |= dict.fromkeys(person.wecom_accounts, person.number)
        became = merged_into(person.periods)
        if became is None:
            self._by_name[folded(held.get(Field.NAME, ""))].append(person.number)
        else:
            self.merged[person.number] = became
        self._units[person.number] = held.get(Field.UNIT, "")
        self._spelled.setdefault(number_text(person.number), person.number)

    def number(self, written: str) -> str:
        """The 人员编号 that is meant by what somebody wrote, known or not."""
        number = known_as(written, self.persons)
        return number if number in self.persons else self._spelled.get(number, number)

    def name(self, number: str) -> str:
        return self.persons[number].values(self.day).get(Field.NAME, "")

    def unit(self, number: str) -> str:
        return self._units[number]

    def label(self, number: str) -> str:
        return f"{self.name(number)}（{number}）"

    def named(self, name: str) -> tuple[str, ...]:
        return tuple(self._by_name.get(folded(name), ()))

    def present(self) -> tuple[str, ...]:
        """The numbers of those who have not left."""
        return tuple(number for number, person in self.persons.items() if not person.status(self.day).leaves)
