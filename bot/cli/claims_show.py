"""`xuefa claims list`."""

from collections.abc import Mapping
from typing import Any, Final

import click

from bot.cli.frame import Call, runs
from handlers.texts import claim_orders as texts
from storage import claims, people, units
from storage.scope import EVERYTHING
from training.claims import Claim, State

MOST_LISTED: Final = 200
_ALL: Final = "all"
_TOLD: Final = tuple(state for state in State if state is not State.DRAFT)  # a draft is its writer's


@click.command("list", help="列出学时申报，最近的在前；默认为待审核的。")
@click.option(
    "--state",
    type=click.Choice([*map(str, _TOLD), _ALL]),
    default=str(State.SUBMITTED),
    help="submitted 待审核（默认）、returned 退回、approved 已认定、rejected 未通过、withdrawn 已撤回、all 全部",
)
@click.option("--last", type=click.IntRange(1, 10_000), default=MOST_LISTED, help=f"最多几件，默认 {MOST_LISTED}")
@runs
async def list_(call: Call, state: str, last: int) -> None:
    states = _TOLD if state == _ALL else (State(state),)
    async with call.database() as database, database.read() as tx:
        found = await claims.latest(tx, EVERYTHING, states, at_most=last)
        codes = {code for one in found for code in (one.unit, one.level) if code}
        names = {**await units.names(tx, codes)}
        names |= await people.names(tx, EVERYTHING, {one.person for one in found})
    call.tell({"claims": [_document(one, names) for one in found]}, *texts.listed(found, names))


def _document(one: Claim, names: Mapping[str, str]) -> dict[str, Any]:
    stated = one.stated
    return {
        **{"id": one.number, "state": str(one.state), "person": one.person, "name": names.get(one.person, "")},
        **{"unit": one.unit, "form": stated.form, "title": stated.title, "classes": list(stated.classes)},
        **{"starts": stated.starts.isoformat(), "ends": stated.ends.isoformat(), "minutes": stated.minutes},
        **{"first": str(stated.first), "last": str(stated.last), "prize": stated.prize},
        "hours": None if stated.hours is None else str(stated.hours),
        **{"organiser": stated.organiser, "evidence": stated.evidence, "source": one.source or None},
        **{"level": one.level or None, "due": one.due.isoformat() if one.due else None},
        **{"doubles": list(one.doubles), "decided_by": one.decided_by or None, "reason": one.reason},
    }
