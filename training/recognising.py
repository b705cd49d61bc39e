"""认定: what somebody was found to have earned by an activity or a claim, before any limit, and how a line says it.

`Recognised` becomes one ledger line, of one assessment year. What limits cut is said at the beginning of its note,
where `training.earned_rows` looks for it. Amounts are whole hundredths of an hour.
Source: domain, Forms and credit; Ledger.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from training.crediting import Certified, DayPart, DayParts, Length, Measure, Part
from training.earned_rows import RECOGNISED_CUT
from training.forms import Achievement, FormRule
from training.hours import decimal
from training.limits import Posting
from training.names import FORMS

ACTIVITY: Final = "activity"
CLAIM: Final = "claim"
IN_ROOM: Final = "线下"
ONLINE: Final = "线上"


@dataclass(frozen=True, slots=True)
class Recognised:
    """One event of one person. `parts`: its days, each with what it earned; `starts` and `ends` are the first and
    the last; `rule` says by what it was measured. `source` with `source_ref` is the same for the same event,
    however often it is recognised. `minutes` is None where length says nothing."""

    person: str
    form: str
    classes: tuple[str, ...]
    title: str
    parts: tuple[Part, ...]
    starts: date
    ends: date
    year: int
    organiser: str
    mode: str
    minutes: int | None
    evidence: str
    rule: str
    source: str
    source_ref: str
    note: str = ""

    @property
    def earned(self) -> int:
        return sum(part.earned for part in self.parts)


def by_year(found: Recognised, minutes: Mapping[date, int] | None = None) -> tuple[Recognised, ...]:
    """As it is, when all of its parts are of one year; else one a year, the earlier first, and the year in its ref.

    `minutes`: those of each day, by which they are divided too.
    """
    years = sorted({part.year for part in found.parts})
    if len(years) < 2:
        return (replace(found, year=years[0]) if years else found,)
    return tuple(_of_year(found, year, minutes or {}) for year in years)


def _of_year(found: Recognised, year: int, minutes: Mapping[date, int]) -> Recognised:
    parts = tuple(part for part in found.parts if part.year == year)
    whole = f"{found.starts} 至 {found.ends} 共 {decimal(found.earned)} 学时，本条为 {year} 年度部分"
    return replace(
        found,
        parts=parts,
        starts=max(found.starts, date(year, 1, 1)),
        ends=min(found.ends, date(year, 12, 31)),
        year=year,
        minutes=sum(minutes.get(part.day, 0) for part in parts) or None,
        source_ref=f"{found.source_ref}:{year}",
        note="；".join(filter(None, (whole, found.note))),
    )


def rule_words(rule: FormRule, measure: Measure, parts: Sequence[DayPart] = ()) -> str:
    """By what it was recognised: `专题讲座，实际 150 分钟 ÷ 45`. `parts` are its days where these count."""
    said = [FORMS.get(rule.form, rule.form), _measured(rule, measure, parts)]
    if rule.factor == 0:
        return f"{said[0]}，只记录、不计学时"
    if rule.least:
        said.append(f"每次至少 {_plain(rule.least)}")
    if rule.most is not None:
        said.append(f"每次至多 {_plain(rule.most)}")
    return "，".join(filter(None, said))


def _measured(rule: FormRule, measure: Measure, parts: Sequence[DayPart]) -> str:
    match measure:
        case Length(minutes):
            times = f" × {rule.factor}" if rule.factor != 1 else ""
            return f"实际 {minutes} 分钟 ÷ {rule.minutes_an_hour}{times}"
        case DayParts():
            whole = sum(part is DayPart.WHOLE for part in parts)
            named = (("全天", whole, rule.whole_day), ("半天", len(parts) - whole, rule.half_day))
            return "、".join(f"{name} {count} 个（每个 {_plain(each)}）" for name, count, each in named if count)
        case Certified():
            return "按平台证明认定"
        case Achievement():
            return f"{'获奖' if measure is Achievement.PRIZE else '参加'} {_plain(rule.points[measure])}"
    return ""


def _plain(amount: int) -> str:
    """`4` and `2.5`, not `4.00`."""
    return f"{decimal(amount).normalize():f}"


def limits_note(postings: Iterable[Posting]) -> str:
    """What of it was not posted, and why; empty when all was."""
    every = tuple(postings)
    if all(posting.posted == posting.part.earned for posting in every):
        return ""
    steps = []
    if any(posting.beyond_day for posting in every):
        steps.append(f"按每日上限认定 {decimal(sum(posting.within_day for posting in every))}")
    if any(posting.beyond_cap for posting in every):
        steps.append(f"按年度上限认定 {decimal(sum(posting.posted for posting in every))}")
    earned = decimal(sum(posting.part.earned for posting in every))
    return f"{RECOGNISED_CUT}{earned}，{'，再'.join(steps)}"
