"""`xuefa outbox`: what waits, what was refused, and what nobody knows about; a person decides about the last."""

from datetime import UTC, datetime
from typing import Any, Final

import click

from bot.channels.wecom_messages import CHANNEL
from bot.cli.frame import Call, Refused, operator, runs
from handlers.texts import outbox as texts
from storage import channel_holds, outbox
from storage.channel_holds import Hold
from storage.outbox import RowState, State

MOST_ROWS: Final = 200


@click.group(help="发件箱：查看没有发出或结果不明的请求，决定重发或结案。")
def command() -> None:
    pass


@command.command("list", help="列出请求，默认只列结果不明的。")
@click.option(
    "--state",
    type=click.Choice([str(state) for state in State]),
    default=str(State.UNKNOWN),
    help="queued 待发送、sending 发送中、sent 已发送、refused 未发送、unknown 结果不明",
)
@runs
async def list_(call: Call, state: str) -> None:
    now = datetime.now(UTC)
    async with call.database() as database, database.read() as tx:
        rows = await outbox.in_state(tx, State(state), at_most=MOST_ROWS)
        hold = await channel_holds.held(tx, CHANNEL)
    lines = [texts.line(row) for row in rows] or [texts.NOTHING]
    if len(rows) == MOST_ROWS:
        lines.append(texts.more(MOST_ROWS))
    if rows and state == State.UNKNOWN:
        lines.append(texts.HOW)
    if hold is not None:
        lines.append(texts.held(hold.until, hold.code, passed=hold.until <= now))
    call.tell({"rows": [_row(row) for row in rows], "held": _held(hold)}, *lines)


def _row(row: RowState) -> dict[str, Any]:
    return {
        "id": row.id,
        "ref": row.ref,
        "path": row.path,
        "mass": row.mass,
        "state": str(row.state),
        "receivers": row.receivers,
        "invalid": len(row.invalid),
        "unlicensed": len(row.unlicensed),
        "maybe_twice": row.maybe_twice,
        "code": row.code,
        "reason": row.reason,
        "unsent": row.unsent,
        "finished_at": row.finished_at.isoformat() if row.finished_at else None,
    }


def _held(hold: Hold | None) -> dict[str, Any] | None:
    return {"until": hold.until.isoformat(), "code": hold.code} if hold is not None else None


@command.command("resend", help="把结果不明或没能发出的请求重新排队（前者可能有人收到两次，记入审计日志）。")
@click.argument("ids", metavar="编号...", nargs=-1, required=True, type=click.IntRange(min=1))
@runs
async def resend(call: Call, ids: tuple[int, ...]) -> None:
    async with call.database() as database, database.write() as tx:
        count = await outbox.resend(tx, ids, operator(), datetime.now(UTC))
    if not count:
        raise Refused(texts.NOT_RESENDABLE)
    call.tell({"resent": count}, texts.resent(count))


@command.command("settle", help="给结果不明的请求结案，不再发送（记入审计日志）。")
@click.argument("ids", metavar="编号...", nargs=-1, required=True, type=click.IntRange(min=1))
@runs
async def settle(call: Call, ids: tuple[int, ...]) -> None:
    async with call.database() as database, database.write() as tx:
        count = await outbox.settle(tx, ids, operator(), datetime.now(UTC))
    if not count:
        raise Refused(texts.NOT_UNKNOWN)
    call.tell({"settled": count}, texts.settled(count))
