"""`xuefa claims approve`, `reject` and `return`: approving is a batch for a second admin, the others are done."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

import click

from bot.cli.activity_number import acted_by, demand_words
from bot.cli.frame import Call, Refused, runs
from bot.cli.proposing import propose_in, tell, waits
from bot.rule_files import rules_of
from handlers.actions import claim_approval, claim_deciding
from handlers.actions.activity_filing import acting
from handlers.actions.claim_deciding import Decided, Decision
from handlers.chat.approving import numbers_in, told
from handlers.message import Text
from handlers.texts import approving as approving_texts
from handlers.texts import claim_approval as batch_texts
from handlers.texts import claim_orders as texts
from storage import claims
from storage.database import Tx
from storage.scope import EVERYTHING
from training.claim_errors import ClaimRefusal
from training.claims import State
from training.errors import Malformed, NotAllowed
from training.people import WECOM
from training.rules import Rules

F = TypeVar("F", bound=Callable[..., Any])
_USAGE: Final = "申报编号请写成 15、15 16 或 15-20，一次最多 200 件。"


def of_claims(command: F) -> F:
    """Adds `numbers: tuple[str, ...]`."""
    return click.argument("numbers", nargs=-1, required=True, metavar="申报编号…")(command)


@click.command(help="通过申报（可写 15-20）：提交批次，由另一名市级管理员确认后入账。")
@of_claims
@acted_by
@runs
async def approve(call: Call, numbers: Sequence[str], account: str, reason: str) -> None:
    now, rules = datetime.now(UTC), rules_of(call.config())
    demand_words(account, reason)
    async with call.database() as database, database.write() as tx:
        person = await acting(tx, rules, account, now)
        chosen = await _chosen(tx, numbers)
        try:
            found = await claim_approval.planned(tx, rules, person, chosen, reason.strip(), now)
        except NotAllowed:
            raise _not_allowed(account) from None
        changes, refused = found.changes, list(texts.refused(found.refused))
        if not changes.claims:
            raise Refused("\n".join(refused) or texts.NOTHING)
        batch = await propose_in(call, tx, account, reason, changes, now)
    told_ = {"batch": batch, "claims": [one.number for one in changes.claims], "hours": f"{changes.hours:.2f}"}
    call.tell(told_ | _refused(found.refused), *batch_texts.details(changes), waits(batch), *refused)


@click.command(help="申报不通过，并通知本人。")
@of_claims
@acted_by
@runs
async def reject(call: Call, numbers: Sequence[str], account: str, reason: str) -> None:
    await _decide(call, numbers, account, reason, State.REJECTED)


@click.command("return", help="退回申报请本人补充，并通知本人。")
@of_claims
@acted_by
@runs
async def return_(call: Call, numbers: Sequence[str], account: str, reason: str) -> None:
    await _decide(call, numbers, account, reason, State.RETURNED)


async def _decide(call: Call, numbers: Sequence[str], account: str, reason: str, state: State) -> None:
    now, rules = datetime.now(UTC), rules_of(call.config())
    demand_words(account, reason)
    async with call.database() as database, database.write() as tx:
        done = await _decided(tx, rules, numbers, account, reason.strip(), state, now)
        if not done.done:
            raise Refused("\n".join(texts.refused(done.refused)) or texts.NOTHING)
        for place, push in enumerate(await told(tx, WECOM, done, reason.strip())):
            about = f"claims-{done.done[0].number}-{now:%Y%m%d%H%M%S}-{place}"
            words = push.content.text if isinstance(push.content, Text) else ""
            await tell(call, tx, push.accounts, words, about, now)
    document = {"state": str(state), "claims": [one.number for one in done.done]}
    call.tell(document | _refused(done.refused), approving_texts.decided(done))


async def _decided(
    tx: Tx, rules: Rules, numbers: Sequence[str], account: str, reason: str, state: State, now: datetime
) -> Decided:
    person = await acting(tx, rules, account, now)
    wanted = Decision(person, state, reason, via="cli")
    try:
        return await claim_deciding.decide(tx, rules, wanted, await _chosen(tx, numbers), now)
    except NotAllowed:
        raise _not_allowed(account) from None


def _not_allowed(account: str) -> Refused:
    return Refused(f"账号“{account.strip()}”不是管理员，不能审核申报，请核对 --as。")


async def _chosen(tx: Tx, numbers: Sequence[str]) -> list[int]:
    """Of a range those that wait. Raises: Refused."""
    try:
        single, ranges, rest = numbers_in(" ".join(numbers))
    except Malformed:
        raise Refused(_USAGE) from None
    if rest:
        raise Refused(_USAGE)
    within = await claims.several(tx, EVERYTHING, ranges) if ranges else []
    return [*single, *(one.number for one in within if one.state is State.SUBMITTED)]


def _refused(found: Mapping[int, ClaimRefusal]) -> dict[str, Any]:
    return {"refused": [{"id": number, "problem": texts.undecided(refusal)} for number, refusal in found.items()]}
