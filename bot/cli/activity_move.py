"""`xuefa activity publish`, `close` and `cancel`."""

import re
from datetime import UTC, datetime

import click

from bot.cli.activity_number import acted_by, acting, demand_words, document, in_its_words, of_activity
from bot.cli.frame import Call, Refused, operator, runs
from bot.cli.proposing import tell
from bot.rule_files import rules_of
from handlers.actions import activities, activity_concluding, activity_filing, activity_reading, batches
from handlers.actions.activity_concluding import Concluded
from handlers.actions.activity_people import CLI
from handlers.texts import activities as activity_texts
from handlers.texts import activity_orders as texts
from handlers.texts import batches as batch_texts
from handlers.texts.activity_concluding import concluded
from storage import batches as kept
from storage.database import Tx
from storage.scope import EVERYTHING
from training.activity_hours import ActivityHours
from training.people import WECOM, Person


@click.command(help="发布计划中的活动：受邀的人可以看到，并收到邀请。")
@of_activity
@acted_by
@runs
async def publish(call: Call, number: int, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    async with call.database() as database:
        maker = await acting(call, database, account, now)
        async with database.write() as tx:
            one = await activities.publish(tx, maker, number, now, via=CLI, by=operator(), reason=reason.strip())
        async with database.read() as tx:
            invited = await activity_reading.count_invited(tx, one)
    call.tell({"id": number, "invited": invited} | document(one), texts.published(one, invited))


@click.command(help="取消活动，并通知受邀和已签到的人。")
@of_activity
@acted_by
@runs
async def cancel(call: Call, number: int, account: str, reason: str) -> None:
    now = datetime.now(UTC)
    demand_words(account, reason)
    async with call.database() as database:
        person = await acting(call, database, account, now)
        async with database.write() as tx:
            one, persons = await activities.cancel(tx, person, number, reason.strip(), now, via=CLI)
            others = [other for other in persons if person is None or other != person.number]
            accounts = await activity_reading.accounts_of(tx, WECOM, others)
            said = activity_texts.to_invited(one)
            queued = await tell(call, tx, accounts, said, f"activity-{number}-cancelled", now, mass=True)
    told = {"id": number, "told": len(others) if queued else 0} | document(one)
    call.tell(told, texts.cancelled(one, len(others), queued=queued))


@click.command(help="办结活动：按名单和实际时长认定学时，提交批次，由另一名市级管理员确认后入账。")
@of_activity
@click.option(
    "--minutes", default="", metavar="分钟", help="每天的实际时长，几天的用逗号隔开，如 150,120；不写为按计划"
)
@acted_by
@runs
async def close(call: Call, number: int, minutes: str, account: str, reason: str) -> None:
    now, lengths = datetime.now(UTC), _minutes(minutes)
    demand_words(account, reason)
    rules = rules_of(call.config())
    async with call.database() as database, database.write() as tx:
        person = await activity_filing.acting(tx, rules, account, now)
        with in_its_words():
            done = await activity_concluding.conclude(
                tx, rules, person, number, lengths, now, via=CLI, reason=reason.strip()
            )
        changes = await _tell_seconds(call, tx, person, done, reason.strip(), now)
    told = {"id": number, "batch": done.batch, "persons": changes.persons, "hours": f"{changes.hours:.2f}"}
    told["minutes"] = list(done.activity.minutes)
    call.tell(told | {"state": str(done.activity.state)}, concluded(done), *batch_texts.details(changes, {}))


async def _tell_seconds(
    call: Call, tx: Tx, person: Person, done: Concluded, reason: str, now: datetime
) -> ActivityHours:
    """Those who may confirm it; what they confirm."""
    batch = await kept.one(tx, EVERYTHING, done.batch)
    if batch is None or not isinstance(batch.changes, ActivityHours):
        raise AssertionError("the command line always makes a batch of hours")
    said = batch_texts.proposed(done.batch, batch.changes, person.name, reason, {})
    await tell(call, tx, await batches.seconds(tx, WECOM, person.number), said, f"batch-{done.batch}", now)
    return batch.changes


def _minutes(said: str) -> tuple[int, ...] | None:
    """Raises: Refused."""
    if not said.strip():
        return None
    words = re.split(r"[,，、\s]+", said.strip())
    if not all(re.fullmatch(r"[0-9]{1,4}", word) for word in words):
        raise Refused("--minutes 应为每天的分钟数，几天的用逗号隔开，如 150,120。")
    return tuple(map(int, words))
