"""What is said about reports by chat: the choices, that one is being made, and why there is none."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from training.exports import (
    ExportRefusal,
    Kind,
    NoManagedUnits,
    OutsideUnits,
    ScoresKept,
    TooManyReports,
    WhichUnit,
    Wish,
)

TITLES: Final[Mapping[Kind, str]] = {
    **{Kind.LINES: "学时台账", Kind.SUMMARY: "学时汇总", Kind.EXAM: "考试报表"},
    Kind.CONFIRMATION: "学时年终确认单",
}
USAGE: Final = "导出 汇总 {year}，或 导出 台账 {year} 单位名称。"
TOO_LARGE: Final = "文件超过 20 MB，请按单位导出，或请系统管理员在服务器上运行 xuefa ledger export。"
_SHOWN: Final = 5  # units, of several
_NAMED: Final = 3  # units in a range; of more there is a count
_NAME_CHARACTERS: Final = 60  # of a range in a file's name
_NOT_IN_A_NAME: Final = re.compile(r'[\\/:*?"<>|\s]+')


def title(kind: Kind, year: int) -> str:
    return f"考试{year}报表" if kind is Kind.EXAM else f"{year}年度{TITLES[kind]}"


def of_units(names: Sequence[str]) -> str:
    """The range in words."""
    if not names:
        return "全市"
    if len(names) > _NAMED:
        return f"{'、'.join(names[:_NAMED])}等 {len(names)} 个单位及下级"
    return f"{'、'.join(names)}及下级"


def choices(names: Sequence[str], year: int) -> str:
    return (
        "【导出】发送下面的一句，报表会以文件发给您：\n"
        f"导出 台账 {year} — 学时台账，每笔一行\n"
        f"导出 汇总 {year} — 学时汇总，每人一行\n"
        f"导出 年终确认单 {year - 1} — 每人一行，供打印核对、签字盖章\n"
        "导出 考试 — 最近一次考试的汇总、明细和未参加名单（导出 考试 3 为编号 3 的考试）\n"
        "年度不写为今年（年终确认单为上一年）；末尾可以写单位名称或代码，只导出这个单位及下级。\n"
        f"您可以导出的范围：{of_units(names)}。"
    )


def asked(wish: Wish, names: Sequence[str]) -> str:
    return f"正在生成《{title(wish.kind, wish.year)}》（范围：{of_units(names)}），完成后会以文件发给您。"


def again(wish: Wish, names: Sequence[str], number: int) -> str:
    said = f"《{title(wish.kind, wish.year)}》（范围：{of_units(names)}）"
    return f"{said}正在生成（编号 {number}），没有重复生成，完成后会以文件发给您。"


def file_name(kind: Kind, year: int, names: Sequence[str], day: date) -> str:
    units = _NOT_IN_A_NAME.sub("-", of_units(names))[:_NAME_CHARACTERS]
    return f"{title(kind, year)}（{units}）{day:%Y%m%d}.xlsx"


def not_made(number: int) -> str:
    return f"报表（编号 {number}）没有生成成功，请稍后再试；如再次出现，请把编号告诉系统管理员。"


def not_arrived(kind: Kind, year: int, number: int) -> str:
    return f"《{title(kind, year)}》（编号 {number}）可能没有送达。如果没有收到文件，请重新导出。"


def refused(refusal: ExportRefusal) -> str:
    match refusal:
        case OutsideUnits():
            return f"“{refusal.name}”不在您的管辖单位内，不能导出。发送“导出”查看您可以导出的范围。"
        case NoManagedUnits():
            return "您还没有管辖单位，暂时不能导出。请联系市司法局登记管辖单位。"
        case WhichUnit():
            listed = "、".join(f"{name}（{code}）" for code, name in refusal.found[:_SHOWN])
            more = "等" if len(refusal.found) > _SHOWN else ""
            return f"“{refusal.words}”可能是：{listed}{more}。请用括号中的单位代码再发一次。"
        case ScoresKept():
            return f"《{refusal.title}》的成绩还没有公布，公布后再导出。"
        case TooManyReports():
            return f"您已有 {refusal.most} 份报表正在生成，请等收到文件后再导出。"
    return "这份报表不能导出。发送“导出”查看可用的选择。"
