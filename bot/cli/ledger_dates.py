"""What reports are asked for: a year, and two dates, `--as-of` (what was true) and `--known-at` (recorded by)."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any, Final, TypeVar

import click

from bot.cli.frame import Refused
from training.calendar import CITY

F = TypeVar("F", bound=Callable[..., Any])
YEARS: Final = range(2000, 3000)
_DAY_CHARACTERS: Final = len("2026-11-23")
_MINUTE_CHARACTERS: Final = len("2026-11-23 17:05")


class _Day(click.DateTime):
    """A date, not the moment at its start."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        return found.date() if isinstance(found, datetime) else found


class _Moment(click.DateTime):
    """In the city's time unless an offset is given."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if isinstance(value, datetime):
            return value
        try:
            return moment(str(value).strip())
        except (ValueError, OverflowError):
            self.fail("", param, ctx)


def moment(text: str) -> datetime:
    """The last microsecond of what the text names, in UTC: a day lasts until its end, and so does a second.

    A report prints whole seconds, so parts of one that are typed make no difference. Raises: ValueError.
    """
    found = datetime.fromisoformat(text)
    if len(text) <= _DAY_CHARACTERS:
        found = datetime.combine(found.date(), time.max)
    elif len(text) <= _MINUTE_CHARACTERS:
        found = found.replace(second=59, microsecond=999_999)
    else:
        found = found.replace(microsecond=999_999)
    return (found if found.tzinfo else found.replace(tzinfo=CITY)).astimezone(UTC)


def two_dates(command: F) -> F:
    """Adds `as_of: date | None` and `known_at: datetime | None`; None when it was not given."""
    as_of = click.option(
        "--as-of",
        type=_Day(["%Y-%m-%d"]),
        metavar="日期",
        default=None,
        help="统计截止日：只计那天以前（含当天）开始的学时，人员按那天的单位和状态列入，如 2026-06-30；默认今天",
    )
    known_at = click.option(
        "--known-at",
        type=_Moment(),
        metavar="时点",
        default=None,
        help="数据截止时点：只用当时已登记的，如 2026-07-01 或 '2026-07-01 09:00'；默认现在",
    )
    return as_of(known_at(command))


def demand_year(year: int) -> None:
    """Raises: Refused."""
    if year not in YEARS:
        raise Refused(f"考核年度 {year} 不对，应为四位年份，如 2026。")
