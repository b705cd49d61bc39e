"""`xuefa check`: what was drawn for 抽查, drawing it again by the kept seed, and 异常线索. Nothing is changed."""

from datetime import date, datetime
from typing import Any

import click

from bot.cli.frame import Call, Refused, runs
from bot.cli.ledger_dates import demand_year
from handlers.actions import clues, spot_checks
from handlers.actions.spot_checks import DrawnLine, Month
from handlers.texts import clues as clue_texts
from handlers.texts import spot_checks as texts
from training.spot_checks import draw


@click.group(help="抽查：list 列出抽取的记录和结果、draw 按保存的种子重新抽取核对、clues 异常线索。")
def command() -> None:
    pass


def month_of(_context: click.Context, _option: click.Parameter, value: str | None) -> date | None:
    """A month as `2026-10`."""
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m").date()  # noqa: DTZ007 - a month has no time zone
    except ValueError:
        raise click.BadParameter("月份应写成 2026-10。") from None


@command.command("list", help="列出一个月抽取的记录和核查结果（默认最近一次）。")
@click.option("--month", callback=month_of, help="被抽查的月份，如 2026-10")
@runs
async def list_(call: Call, month: date | None) -> None:
    async with call.database() as database, database.read() as tx:
        found = await spot_checks.month_of(tx, None, month)
    call.tell(_document(found), texts.month(found))


def _document(found: Month) -> dict[str, Any]:
    if found.drawn is None:
        return {"month": None if found.month is None else f"{found.month:%Y-%m}", "lines": []}
    drawn = found.drawn
    return {
        **{"month": f"{drawn.month:%Y-%m}", "seed": drawn.seed, "pool": drawn.pool, "through": drawn.through},
        **{"drawn_at": drawn.at.isoformat(), "lines": [_line(one) for one in found.lines]},
    }


def _line(one: DrawnLine) -> dict[str, Any]:
    entry, checked = one.line.entry, one.checked
    return {
        **{"seq": checked.seq, "person": entry.person, "unit": entry.unit, "form": entry.form},
        **{"hours": str(entry.hours), "evidence": entry.evidence, "approved_by": entry.approved_by},
        **{"result": str(checked.result), "by": checked.by, "note": checked.note, "batch": checked.batch},
    }


@command.command("draw", help="按保存的种子和台账重新抽取一个月，核对与保存的是否相同；不改变任何记录。")
@click.option("--month", required=True, callback=month_of, help="被抽查的月份，如 2026-10")
@runs
async def draw_(call: Call, month: date) -> None:
    async with call.database() as database:
        async with database.read() as tx:
            found = await spot_checks.month_of(tx, None, month)
        if found.drawn is None:
            raise Refused(f"{month:%Y-%m} 没有抽查，不能重新抽取。")
        pool, _ = await spot_checks.pool_of(database, month, found.drawn.through)
    again, kept = draw(pool, found.drawn.seed), tuple(one.checked.seq for one in found.lines)
    same = again == kept and len(pool) == found.drawn.pool
    document = {"month": f"{month:%Y-%m}", "seed": found.drawn.seed, "pool": len(pool), "lines": list(again)}
    if not same:
        raise Refused(
            f"{month:%Y-%m} 重新抽取与保存的不同：台账范围 {len(pool)} 条（保存 {found.drawn.pool} 条），"
            "请运行 xuefa ledger verify 并查明原因。"
        )
    numbers = "、".join(map(str, again)) or "无"
    said = f"{month:%Y-%m} 按种子 {found.drawn.seed} 从 {len(pool)} 条中重新抽取：{numbers}，与保存的相同。"
    call.tell({**document, "same": True}, said)


@command.command("clues", help="列出一个年度的异常线索；仅供核查，不代表有问题。")
@click.option("--year", type=int, required=True, help="年度")
@runs
async def clues_(call: Call, year: int) -> None:
    demand_year(year)
    async with call.database() as database, database.read() as tx:
        found = await clues.of_year(tx, None, year)
    listed = [
        {
            **{"kind": str(one.kind), "about": one.about, "count": one.count, "whole": one.whole},
            **{"numbers": list(one.numbers), "said": clue_texts.line(found, one)},
        }
        for one in found.found
    ]
    said = [clue_texts.line(found, one) for one in found.found]
    call.tell({"year": year, "caution": clue_texts.CAUTION, "clues": listed}, *_clue_lines(year, said))


def _clue_lines(year: int, said: list[str]) -> list[str]:
    """All of them: the command line has room."""
    return [f"{year} 年异常线索 {len(said)} 条。{clue_texts.CAUTION}", *said]
