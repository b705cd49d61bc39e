"""What somebody has said of a 申报 so far, what still has to be asked for, and a draft as it is kept.

A draft without a day begins on the first day of all; one without a length has 0 minutes, which no claim can have.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from training.claims import Stated
from training.content import ContentClass
from training.crediting import DayPart
from training.forms import Basis, Form, Table, rule_on

_NO_DAY: Final = date.min
_NO_LENGTH: Final = 0


class Lacking(StrEnum):
    """What has to be asked for, in this order."""

    FORM = "form"
    WHEN = "when"
    LENGTH = "length"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Said:
    """What was understood; what was not said is None or empty."""

    form: str = ""
    starts: date | None = None
    ends: date | None = None
    first: DayPart | None = None
    last: DayPart | None = None
    minutes: int | None = None
    hours: Decimal | None = None
    prize: bool = False
    title: str = ""
    classes: tuple[str, ...] = ()
    organiser: str = ""
    evidence: str = ""

    @property
    def measured(self) -> bool:
        return self.minutes is not None or self.hours is not None or self.first is not None

    def lacks(self, table: Table) -> tuple[Lacking, ...]:
        measured = self.measured or self.form == Form.COMPETITION or self._by_days(table)
        asked = {
            Lacking.FORM: not self.form,
            Lacking.WHEN: self.starts is None,
            Lacking.LENGTH: self.starts is not None and not measured,
            Lacking.TITLE: not self.title,
        }
        return tuple(one for one, lacking in asked.items() if lacking)

    def _by_days(self, table: Table) -> bool:
        """From one day to another is enough where days count; they are whole ones."""
        if not self.form or self.starts is None or self.starts == self.ends:
            return False
        return Basis.DAY_PARTS in rule_on(table, self.form, self.starts).by


def stated_of(said: Said, table: Table) -> Stated:
    """As it is kept, a draft or all of a claim."""
    starts = said.starts or _NO_DAY
    lacks_length = bool({Lacking.WHEN, Lacking.LENGTH} & set(said.lacks(table))) and not said.measured
    return Stated(
        said.form,
        said.title,
        starts,
        said.ends or starts,
        said.first or DayPart.WHOLE,
        said.last or DayPart.WHOLE,
        _NO_LENGTH if lacks_length else said.minutes,
        said.hours,
        said.classes or named_classes(said.form, said.title),
        said.organiser,
        said.evidence,
        said.prize,
    )


def said_in(stated: Stated) -> Said:
    """What a draft, or a claim that was returned, says."""
    dated = stated.starts != _NO_DAY
    by_days = stated.minutes is None and stated.hours is None and stated.form != Form.COMPETITION
    return Said(
        stated.form,
        stated.starts if dated else None,
        stated.ends if dated else None,
        stated.first if by_days else None,
        stated.last if by_days else None,
        stated.minutes or None,
        stated.hours,
        stated.prize,
        stated.title,
        stated.classes,
        stated.organiser,
        stated.evidence,
    )


def named_classes(form: str, title: str) -> tuple[str, ...]:
    """Those that the title names; 业务培训 is 业务知识 when it names none."""
    found = tuple(str(one) for one in ContentClass if str(one) in title)
    return found or ((str(ContentClass.BUSINESS),) if form == Form.PROFESSIONAL and title else ())
