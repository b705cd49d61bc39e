"""The pool that is frozen when an exam is published, and how it is dealt to the sections of a group's paper.

Places are numbered from 0. What a question fits is told by its class (kind, topics, difficulty, audience), so
dealing counts questions that fit the same sections and never looks for one of them alone. Dealing depends on values
only, neither on the order of the pool nor on any hash: papers are drawn from it again years later.

Source: domain, Exam (a blueprint that the bank cannot fill is refused at publishing).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from question_bank.questions import Kind, Question
from training.exams import Section
from training.people import Group

AMPLE: Final = 3  # a section should be dealt so many times what it draws, or neighbours see the same questions


class PoolQuestion(msgspec.Struct, frozen=True):
    """A question in the pool, as far as choosing it goes; `parts` of a case, 0 for all others."""

    place: int
    id: str
    version: int
    kind: Kind
    topics: tuple[str, ...]
    difficulty: int
    audience: tuple[str, ...]
    parts: int


class Shortfall(NamedTuple):
    """A section of a group's paper that wants more questions than could be dealt to it."""

    section: int
    group: Group
    wanted: int
    found: int


class Heavy(NamedTuple):
    """A section that draws more than a third of what it was dealt."""

    section: int
    group: Group
    wanted: int
    found: int


Fit = tuple[int, ...]  # the sections that a question fits, ascending


def pool_question(place: int, question: Question, version: int) -> PoolQuestion:
    return PoolQuestion(
        place,
        question.id,
        version,
        question.kind,
        question.topics,
        question.difficulty,
        question.audience,
        len(question.parts),
    )


def dealt(pool: Sequence[PoolQuestion], sections: Sequence[Section], group: Group) -> tuple[tuple[int, ...], ...]:
    """For each of `sections` the places from which it may draw for `group`, ascending; no place is dealt twice.

    All that fits anything is dealt. First as much as possible of what the sections draw is found; then of twice
    that, and so on, so that no section has plenty while another that could have taken it is short. Sections of
    other groups, and those that draw nothing, are dealt nothing.
    """
    fitting = _by_fit(pool, sections, group)
    left = {fit: len(places) for fit, places in fitting.items()}
    shares = _Dealing(left, [section.count for section in sections]).shares()
    taken: list[list[int]] = [[] for _ in sections]
    for fit, places in fitting.items():
        for place, section in zip(sorted(places), _spread(shares[fit]), strict=True):
            taken[section].append(place)
    return tuple(tuple(sorted(places)) for places in taken)


def shortfalls(
    pool: Sequence[PoolQuestion], sections: Sequence[Section], groups: Sequence[Group]
) -> list[Shortfall]:
    """What the pool cannot fill; none when there is any way to fill all sections of each group's paper."""
    return [
        Shortfall(section, group, wanted, found)
        for section, group, wanted, found in _found(pool, sections, groups)
        if found < wanted
    ]


def heavy(pool: Sequence[PoolQuestion], sections: Sequence[Section], groups: Sequence[Group]) -> list[Heavy]:
    """Sections that can be filled, and draw more than a third of what they were dealt."""
    return [
        Heavy(section, group, wanted, found)
        for section, group, wanted, found in _found(pool, sections, groups)
        if wanted <= found < AMPLE * wanted
    ]


def _found(
    pool: Sequence[PoolQuestion], sections: Sequence[Section], groups: Sequence[Group]
) -> Iterator[tuple[int, Group, int, int]]:
    for group in groups:
        places = dealt(pool, sections, group)
        for index, section in enumerate(sections):
            if section.group in (None, group):
                yield index, group, section.count, len(places[index])


def _by_fit(pool: Sequence[PoolQuestion], sections: Sequence[Section], group: Group) -> dict[Fit, list[int]]:
    """The places that fit the same sections, those that fit the fewest first."""
    classes: defaultdict[tuple[Kind, tuple[str, ...], int, tuple[str, ...]], list[int]] = defaultdict(list)
    for one in pool:
        classes[one.kind, one.topics, one.difficulty, one.audience].append(one.place)
    fitting: defaultdict[Fit, list[int]] = defaultdict(list)
    for (kind, topics, difficulty, audience), places in classes.items():
        if audience and group not in audience:
            continue
        if fit := tuple(
            index
            for index, section in enumerate(sections)
            if section.count and section.group in (None, group) and fits(section, kind, topics, difficulty)
        ):
            fitting[fit] += places
    return {fit: fitting[fit] for fit in sorted(fitting, key=lambda fit: (len(fit), fit))}


def fits(section: Section, kind: Kind, topics: tuple[str, ...], difficulty: int) -> bool:
    """By what the section filters; for whom it is does not matter here."""
    return (
        section.kind is kind
        and (not section.topics or not set(section.topics).isdisjoint(topics))
        and (not section.difficulty or difficulty in section.difficulty)
    )


def _spread(share: Mapping[int, int]) -> Iterator[int]:
    """Each section as often as its share, evenly mixed: neighbours in the bank are often of one law."""
    if len(share) == 1:
        return iter([section for section, amount in share.items() for _ in range(amount)])
    whole = sum(share.values())
    marks = sorted(
        ((2 * turn + 1) * whole // amount, section) for section, amount in share.items() for turn in range(amount)
    )
    return iter([section for _, section in marks])


class _Dealing:
    """A flow from questions that fit the same sections to the sections, raised level by level.

    At level k a section may hold k times what it draws. It takes what is left of a fit of its own, or takes a fit's
    questions from another section that can in turn get others (an augmenting path). Such a path makes no section
    hold less, and a section for which there is none will never have one again: so each level is a maximum flow.
    """

    def __init__(self, left: dict[Fit, int], counts: Sequence[int]) -> None:
        self._left = left
        self._counts = counts
        self._held: dict[Fit, dict[int, int]] = {fit: dict.fromkeys(fit, 0) for fit in left}
        self._fits = [[fit for fit in left if section in fit] for section in range(len(counts))]

    def shares(self) -> dict[Fit, dict[int, int]]:
        """How many questions of a fit each of its sections holds, by section; shares of nothing are left out."""
        growing = [section for section, count in enumerate(self._counts) if count]
        totals, level = [0] * len(self._counts), 1
        while growing:
            for section in growing:
                totals[section] += self._raise(section, level * self._counts[section] - totals[section])
            growing = [section for section in growing if totals[section] == level * self._counts[section]]
            level = max(level + 1, level * 9 // 8)  # steps of an eighth: few, whatever the size of the pool
        return {fit: {one: amount for one, amount in held.items() if amount} for fit, held in self._held.items()}

    def _raise(self, section: int, room: int) -> int:
        """How many more the section holds now, at most `room`."""
        gained = 0
        while gained < room and (path := self._path(section)):
            gained += self._shift(path, room - gained)
        return gained

    def _path(self, start: int) -> list[tuple[int, Fit]]:
        """The shortest list of who takes of which fit: the last what is left, others what the next one holds."""
        came: dict[int, list[tuple[int, Fit]]] = {start: []}
        queue = [start]
        for taker in queue:
            for fit in self._fits[taker]:
                if self._left[fit]:
                    return [*came[taker], (taker, fit)]
            for fit in self._fits[taker]:
                for other, amount in self._held[fit].items():
                    if amount and other not in came:
                        came[other] = [*came[taker], (taker, fit)]
                        queue.append(other)
        return []

    def _shift(self, path: Sequence[tuple[int, Fit]], most: int) -> int:
        *passed, (last, source) = path
        givers = [taker for taker, _ in path[1:]]
        amount = min(most, self._left[source])
        for (_, fit), giver in zip(passed, givers, strict=True):
            amount = min(amount, self._held[fit][giver])
        self._left[source] -= amount
        self._held[source][last] += amount
        for (taker, fit), giver in zip(passed, givers, strict=True):
            self._held[fit][giver] -= amount
            self._held[fit][taker] += amount
        return amount
