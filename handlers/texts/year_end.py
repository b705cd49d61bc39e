"""What is said about 年终确认: the figures of a unit, what its admins said of them, and what the city sees."""

from collections.abc import Sequence
from typing import Final

from handlers.actions.year_end import CityYear, UnitYear
from training.calendar import day_of
from training.summaries import two
from training.year_end import (
    ClosedForUnits,
    Confirmation,
    NotEndedYet,
    NothingSaid,
    NotYourUnit,
    NoUnitsGiven,
    Standing,
    UnitFigures,
    YearEndRefusal,
)

MOST_NAMED: Final = 30  # units in one message
USAGE: Final = "年终确认 {year} 无误，或 年终确认 {year} 有误 哪里有误"
_LAST_DAY: Final = "1 月 15 日"


def own(year: int, found: Sequence[UnitYear]) -> str:
    """The units of one admin, and what to answer."""
    shown = [f"【年终确认】{year} 年度学时（人员按 12 月 31 日的人事关系，含下级单位）"]
    shown += [_unit(one) for one in found]
    shown.append(
        f"打印核对、签字盖章的名单：导出 年终确认单 {year}。核对无误请回复“年终确认 {year} 无误”；"
        f"有误请回复“年终确认 {year} 有误 说明”。管辖多个单位的，可在年度后写单位名称。"
    )
    return "\n".join(shown)


def _unit(one: UnitYear) -> str:
    return f"◆ {one.name}：{figures(one.figures)}\n{_standing(one)}"


def figures(found: UnitFigures) -> str:
    return (
        f"在册 {found.people} 人，纳入考核 {found.assessed} 人，达标 {found.met}、未达标 {found.behind}；"
        f"应完成 {two(found.owed)}，已认定 {two(found.recorded)}，计入 {two(found.counted)}"
    )


def _standing(one: UnitYear) -> str:
    if one.last is None or one.standing is Standing.OPEN:
        return "　尚未确认。"
    said = f"{one.by or one.last.by}于 {day_of(one.last.at)}"
    if one.standing is Standing.CONFIRMED:
        return f"　已由{said} 确认无误。"
    if one.standing is Standing.STALE:
        return f"　{said} 确认后数据有变动（当时{figures(one.last.figures)}），请重新核对确认。"
    return f"　{said} 提出有误：{one.last.note}"


def said(year: int, found: Sequence[UnitYear]) -> str:
    """After something was said."""
    names = "、".join(one.name for one in found)
    match found[0].standing:
        case Standing.CONFIRMED:
            return f"已记录：{names} {year} 年度学时确认无误。数据以后有变动的，须重新确认。"
        case Standing.OBJECTED:
            return f"已记录：{names} {year} 年度学时有误，并已告知市级管理员。更正后请再次发送“年终确认 {year}”。"
    return f"已撤回 {names} {year} 年度的确认。"


def objection(year: int, name: str, found: Sequence[UnitYear], note: str) -> str:
    """To the city's admins."""
    units = "、".join(one.name for one in found)
    return f"【年终确认】{units}（{name}）提出 {year} 年度学时有误：{note}"


def city(found: CityYear) -> str:
    year = found.year
    lines = [f"【年终确认】{year} 年度"]
    if found.taken is not None:
        lines.append(f"年末：{figures(found.taken.city)}；台账至第 {found.taken.head_seq} 条。")
    else:
        lines.append("年末数据没有固定，未确认的单位请看 xuefa ledger close 的提示。")
    if found.closed is not None:
        lines.append(f"已于 {found.closed} 结账。")
    lines.append(f"确认无误 {len(found.confirmed)} 份，提出有误 {len(found.objected)} 份。")
    lines += [_objected(name, one) for name, one in found.objected[:MOST_NAMED]]
    if found.missing:
        lines.append(f"尚未确认 {len(found.missing)} 个单位：{named(found.missing)}。")
    return "\n".join(lines)


def _objected(name: str, one: Confirmation) -> str:
    return f"◆ {name}（{day_of(one.at)}）有误：{one.note}"


def named(names: Sequence[str]) -> str:
    more = f" 等 {len(names)} 个单位" if len(names) > MOST_NAMED else ""
    return f"{'、'.join(names[:MOST_NAMED])}{more}"


def warning(names: Sequence[str]) -> str:
    """Beside what stands in a year that is to be closed; empty when all units stand by their figures."""
    return f"尚未确认（或确认后数据有变动）的单位 {len(names)} 个：{named(names)}。" if names else ""


def reminder(year: int) -> str:
    return (
        f"【年终确认】请核对本单位 {year} 年度学时：发送“年终确认 {year}”查看，"
        f"无误的回复“年终确认 {year} 无误”。{year} 年度的学时申报到 {_LAST_DAY}为止。"
    )


def refused(refusal: YearEndRefusal) -> str:
    year = refusal.year
    match refusal:
        case NotEndedYet():
            return f"{year} 年度还没有结束，{year + 1} 年 1 月 1 日起确认。"
        case ClosedForUnits(day=day):
            return f"{year} 年度已于 {day} 结账，不能再确认或撤回；学时有误的请联系市级管理员补录或冲销。"
        case NotYourUnit(name=name):
            return f"{name}不在您的管辖单位内。发送“年终确认 {year}”查看您可以确认的单位。"
        case NoUnitsGiven():
            return "您还没有管辖单位，不能确认。请联系市级管理员在名册中登记。"
        case NothingSaid():
            return f"{year} 年度还没有确认过，不用撤回。"
    return f"{year} 年度不能确认，请联系市级管理员。"
