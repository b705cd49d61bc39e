"""`xuefa push daily`: queue a day's question now; a running `serve` sends it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

import click

from bot import app
from bot.cli.frame import Call, Refused, operator, runs
from bot.clockwork import jobs_of
from bot.rule_files import rules_of
from handlers.jobs import Jobs
from storage import audit, daily, questions
from storage.audit import Act
from storage.database import Database, Tx
from training.calendar import day_of
from training.daily import Window, window
from training.names import GROUPS
from training.people import Group


@click.group(help="推送：立即排队发送。")
def command() -> None:
    pass


@command.command("daily", help="立即推送每日一题（不看日历、免打扰时段和推送额度，记入审计日志）。")
@click.option(
    "--date",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="哪一天的题（YYYY-MM-DD），默认今天；本周较早的日子为补做",
)
@click.option(
    "--group",
    type=click.Choice([str(group) for group in Group]),
    default=None,
    help="考核组别：enforcement 行政执法人员、leader 领导干部、staff 工作人员；默认全部",
)
@runs
async def push_daily(call: Call, day: datetime | None, group: str | None) -> None:
    now = datetime.now(UTC)
    when = day.date() if day else day_of(now)
    _demand_open(when, now)
    groups = [Group(group)] if group else list(Group)
    config = call.config()
    async with call.database() as database, app.channel_of(config) as (channel, _):
        await _demand_questions(database, when, groups)
        work = jobs_of(rules_of(config), channel, config.schedule)
        pushed = {one: await _push(database, work, when, one, now) for one in groups}
    call.tell(
        {
            "date": when.isoformat(),
            "queued": {str(one): reached for one, (_, reached) in pushed.items()},
            "ordered": {str(one): fresh for one, (fresh, _) in pushed.items()},
        },
        *(_line(one, fresh, reached) for one, (fresh, reached) in pushed.items()),
    )


def _demand_open(day: date, now: datetime) -> None:
    match window(day, now):
        case Window.FUTURE:
            raise Refused(f"{day} 还没有到，不能推送。")
        case Window.CLOSED:
            raise Refused(f"{day} 的题目补做期已过（当周周日 24:00 截止），不能再推送。")


async def _demand_questions(database: Database, day: date, groups: Sequence[Group]) -> None:
    """Before anything is queued. Raises: Refused."""
    async with database.read() as tx:
        drawn = await daily.between(tx, day, day)
        lacking = [g for g in groups if (day, g) not in drawn and not await questions.candidates(tx, g, day)]
    if lacking:
        names = "、".join(GROUPS[group] for group in lacking)
        raise Refused(f"题库中没有可以发给{names}的题目，请先运行 xuefa bank import --shipped。")


async def _push(database: Database, work: Jobs, day: date, group: Group, now: datetime) -> tuple[bool, int]:
    """Whether it was ordered just now, and how many people it reaches.

    Slice by slice, so that a serving bot is never kept waiting; the first goes with the order, or that bot would
    take it and the number said here would be too small.
    """
    async with database.write() as tx:
        fresh = await work.order(tx, day, group, now, by_hand=True)
        if fresh:
            await audit.record(tx, Act(operator(), "cli", "push.daily", f"{day} {group}"), now)
        reached, more = await _slice(tx, work, day, group)
    while more:
        async with database.write() as tx:
            further, more = await _slice(tx, work, day, group)
        reached += further
    return fresh, reached


async def _slice(tx: Tx, work: Jobs, day: date, group: Group) -> tuple[int, bool]:
    """How many people the next slice reaches, and whether there may be another one."""
    left = [wanted for wanted in await daily.wanted_pushes(tx) if (wanted.day, wanted.group) == (day, group)]
    if not left:
        return 0, False
    return await work.push_slice(tx, left[0], datetime.now(UTC)), True


def _line(group: Group, fresh: bool, reached: int) -> str:
    if not fresh and not reached:
        return f"{GROUPS[group]}：此前已推送过，没有重复推送。"
    return f"{GROUPS[group]}：已排队 {reached} 人。"
