"""考核年度 of a row of past hours: one, or two when the event went over New Year.

Of such an event every year has the hours of its days, spread as a line spreads them: over working days, over all
days when the hours need them. Source: domain, Forms and credit (New Year by date).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from training.cell_words import folded
from training.findings import Findings
from training.hours import decimal, hundredths
from training.line_days import YEAR_SUMMARY, DayRules, is_year_summary, spread
from training.past_cells import ENDS, YEAR, Stated

MOST_DAYS_SPLIT: Final = 366


@dataclass(frozen=True, slots=True)
class Share:
    """What of the row counts for one year, and on which of its days it was."""

    year: int
    starts: date
    ends: date
    hours: Decimal


def shares_of(row: Stated, rules: DayRules, found: Findings) -> tuple[Share, ...]:
    """One a year, the earlier first, together the hours of the row; none when the year cannot be told."""
    if row.over_new_year:
        return _split(row, rules, found) if _can_be_split(row, found) else ()
    year = _year_told(row, found) if row.year_told else row.starts.year
    return () if year is None else (Share(year, row.starts, row.ends, row.hours),)


def _can_be_split(row: Stated, found: Findings) -> bool:
    if row.year_told:
        found.reject(YEAR, "起止跨年，请把考核年度留空，由系统按天分到两个年度；或按年度分成两行。")
    elif row.ends.year - row.starts.year > 1 or row.days > MOST_DAYS_SPLIT:
        found.reject(ENDS, "起止超过一年，请按年度分行填写。")
    elif is_year_summary(row.form, row.title):
        found.reject(ENDS, f"{YEAR_SUMMARY}不能跨年，请按年度分成两行。")
    else:
        return True
    return False


def _split(row: Stated, rules: DayRules, found: Findings) -> tuple[Share, ...]:
    amounts = Counter[int]()
    for part in spread(row.form, row.title, (row.starts, row.ends), None, hundredths(row.hours), rules):
        amounts[part.year] += part.earned
    shares = tuple(
        Share(
            year,
            max(row.starts, date(year, 1, 1)),
            min(row.ends, date(year, 12, 31)),
            decimal(amount),
        )
        for year, amount in sorted(amounts.items())
        if amount
    )
    said = "、".join(f"{share.year} 年度 {share.hours}" for share in shares)
    found.warn(YEAR, f"跨年，按天{'分为' if len(shares) > 1 else '全部计入'} {said}。")
    return shares


def _year_told(row: Stated, found: Findings) -> int | None:
    """That of the event, or the year before for what a January event makes up."""
    text, starts = folded(row.year_told), row.starts
    year = int(text) if text.isascii() and text.isdigit() else 0
    if year not in (starts.year, starts.year - 1):
        found.reject(YEAR, f"考核年度“{text}”与日期 {starts} 不符，请核对。")
        return None
    if year != starts.year:
        found.warn(YEAR, f"日期 {starts} 的记录计入 {year} 年度，请核对。")
    return year
