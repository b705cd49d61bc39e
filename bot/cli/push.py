"""`xuefa push daily`: queue a day's question now; a running `serve` sends it."""

from datetime import UTC, date, datetime

import click

from bot import app
from bot.cli.frame import Call, Refused, operator, runs
from handlers.jobs import Jobs
from storage import audit, daily
from storage.audit import Act
from storage.database import Database
from training.calendar import day_of
from training.daily import Window, window
from training.errors import NoQuestions
from training.people import Group


@click.group(help="推送。")
def command() -> None:
    pass


@command.command("daily", help="立即推送每日一题（不看日历、免打扰时段和推送额度，记入审计日志）。")
@click.option("--date", "day", type=click.DateTime(["%Y-%m-%d"]), default=None, help="哪一天的题，默认今天")
@click.option(
    "--group", type=click.Choice([str(group) for group in Group]), default=None, help="考核组别，默认全部"
)
@runs
async def push_daily(call: Call, day: datetime | None, group: str | None) -> None:
    now = datetime.now(UTC)
    when = day.date() if day else day_of(now)
    _demand_open(when, now)
    groups = [Group(group)] if group else list(Group)
    config = call.config()
    async with call.database() as database, app.channel_of(config) as (channel, _):
        work = app.jobs_of(config, channel)
        ordered = {one: await _order(database, work, when, one, now) for one in groups}
        reached = {one: await _queue(database, work, when, one) for one in groups}
    lines = [_line(one, reached[one], ordered[one]) for one in groups]
    queued = {str(one): number for one, number in reached.items()}
    call.tell(
        {"date": when.isoformat(), "queued": queued, "ordered": {str(g): o for g, o in ordered.items()}}, *lines
    )


def _demand_open(day: date, now: datetime) -> None:
    match window(day, now):
        case Window.FUTURE:
            raise Refused(f"{day} 还没有到，不能推送。")
        case Window.CLOSED:
            raise Refused(f"{day} 的题目补做期已过（当周周日 24:00 截止），不能再推送。")


async def _order(database: Database, work: Jobs, day: date, group: Group, now: datetime) -> bool:
    async with database.write() as tx:
        try:
            fresh = await work.order(tx, day, group, now, by_hand=True)
        except NoQuestions:
            raise Refused(f"题库中没有可以发给 {group} 的题目，请先运行 xuefa bank import --shipped。") from None
        if fresh:
            await audit.record(tx, Act(operator(), "cli", "push.daily", f"{day} {group}"), now)
    return fresh


async def _queue(database: Database, work: Jobs, day: date, group: Group) -> int:
    """Slice by slice, so that a serving bot is never kept waiting."""
    reached = 0
    while True:
        async with database.write() as tx:
            left = [w for w in await daily.wanted_pushes(tx) if (w.day, w.group) == (day, group)]
            if not left:
                return reached
            reached += await work.push_slice(tx, left[0], datetime.now(UTC))


def _line(group: Group, reached: int, ordered: bool) -> str:
    return f"{group}：已排队 {reached} 人" if ordered else f"{group}：此前已推送过，没有重复推送"
