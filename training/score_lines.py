"""A score from outside as a batch holds it, and the sittings that a person has already. Points in hundredths."""

from collections.abc import Iterable
from datetime import date

import msgspec


class ScoreLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """One sitting on paper or elsewhere; `full` are the full marks of the person's paper.

    `deferred`: the person is 缓考 and has a score all the same.
    """

    person: str
    name: str
    score: int
    full: int
    way: str
    day: date
    evidence: str = ""
    deferred: bool = False


class Sat(msgspec.Struct, frozen=True):
    """A sitting that is known: `elsewhere` when it was imported; `score` is None while it has none."""

    number: int
    day: date
    score: int | None
    ended: bool
    elsewhere: bool

    def is_of(self, line: ScoreLine) -> bool:
        """Whether the same score was imported before."""
        return self.elsewhere and (self.day, self.score) == (line.day, line.score)


def fits(line: ScoreLine, known: Iterable[Sat], attempts: int) -> bool:
    """Whether the sitting may be added to those that are known of the person: new, none open, one left."""
    sat = list(known)
    return len(sat) < attempts and all(one.ended and not one.is_of(line) for one in sat)
