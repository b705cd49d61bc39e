"""What is said about 异常线索: what was seen, the numbers, and that it means nothing by itself."""

from typing import Final

from handlers.actions.clues import Clues
from training.calendar import CITY
from training.clues import BULK_LINES, DECEMBER_PERCENT, QUICK, Clue, Kind
from training.summaries import two

CAUTION: Final = "仅供核查，不代表有问题。"
MOST_SHOWN: Final = 30
MOST_NUMBERS: Final = 10
_WHAT: Final = {"sign_in": "签到", "daily": "每日一题作答"}


def clues(found: Clues) -> str:
    if not found.found:
        return f"【线索】{found.year} 年没有发现异常线索。"
    lines = [f"【线索】{found.year} 年 {len(found.found)} 条，{CAUTION}"]
    lines += [f"◆ {line(found, one)}" for one in found.found[:MOST_SHOWN]]
    if len(found.found) > MOST_SHOWN:
        lines.append(f"另有 {len(found.found) - MOST_SHOWN} 条，请用 xuefa check clues --year {found.year} 查看。")
    return "\n".join(lines)


def line(found: Clues, clue: Clue) -> str:
    name = found.name(clue)
    match clue.kind:
        case Kind.QUICK:
            seconds = int(QUICK.total_seconds())
            return (
                f"{name}处理的 {clue.whole} 件申报中，{clue.count} 件在显示后 {seconds} 秒内处理，"
                f"最短 {clue.seconds} 秒（申报 {_numbers(clue)}）"
            )
        case Kind.TOGETHER:
            return f"{name} {clue.count} 人在同一秒（{_moment(clue)}）{_WHAT.get(clue.what, clue.what)}"
        case Kind.DECEMBER:
            share, amounts = two(clue.count * 100_00 // clue.whole), f"{two(clue.count)}，占全年 {two(clue.whole)}"
            return f"{name} 12 月学时 {amounts} 的 {share}%（超过 {DECEMBER_PERCENT}%）"
        case Kind.BULK:
            return f"{name} {clue.day} 一天认定 {clue.count} 条学时（超过 {BULK_LINES} 条）"
        case Kind.FULL:
            return f"{name}自办活动恰好 4.00 学时的有 {clue.count} 次（活动 {_numbers(clue)}）"


def _moment(clue: Clue) -> str:
    return f"{clue.moment.astimezone(CITY):%Y-%m-%d %H:%M:%S}" if clue.moment else ""


def _numbers(clue: Clue) -> str:
    more = " 等" if len(clue.numbers) > MOST_NUMBERS else ""
    return f"{'、'.join(map(str, clue.numbers[:MOST_NUMBERS]))}{more}"
