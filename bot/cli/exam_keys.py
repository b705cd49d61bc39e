"""`xuefa exam void` and `exam correct`: a key was found wrong after publishing, as a batch for a second admin."""

from datetime import UTC, datetime
from typing import Any

import click

from bot.cli.exam_number import of_exam
from bot.cli.frame import Call, Refused, runs
from bot.cli.proposing import demand_words, propose, proposed_by, waits
from handlers.actions.exam_remarking import DryRun, Rescored, dry_run
from handlers.texts import exam_keys as texts
from storage import people
from storage.database import Database
from storage.scope import EVERYTHING
from training.exam_keys import KeyRefusal

_CHECKED = "检查完毕（没有提交）。"


@click.command("void", help="试题作废：凡抽到的都得满分，已交的卷重新评；提交批次待第二人确认。")
@of_exam
@click.argument("question", metavar="试题编号")
@click.option("--dry-run", "only_look", is_flag=True, help="只看影响，不提交")
@proposed_by
@runs
async def void(call: Call, number: int, question: str, only_look: bool, account: str, reason: str) -> None:
    await _change(call, number, question, None, only_look, account, reason)


@click.command("correct", help="更正试题答案，已交的卷重新评；提交批次待第二人确认。案例题按小题更正。")
@of_exam
@click.argument("question", metavar="试题编号")
@click.option(
    "--answer",
    required=True,
    metavar="答案",
    help="题库中的字母、对/错；填空用“；”隔开各空、“|”隔开同一空的几种写法",
)
@click.option("--dry-run", "only_look", is_flag=True, help="只看影响，不提交")
@proposed_by
@runs
async def correct(
    call: Call, number: int, question: str, answer: str, only_look: bool, account: str, reason: str
) -> None:
    await _change(call, number, question, answer, only_look, account, reason)


async def _change(
    call: Call, number: int, question: str, answer: str | None, only_look: bool, account: str, reason: str
) -> None:
    now = datetime.now(UTC)
    if not only_look:
        demand_words(account, reason)
    async with call.database() as database:
        found = await _looked(database, number, question.strip(), answer)
        async with database.read() as tx:
            names = await people.names(tx, EVERYTHING, [one.person for one in found.changed])
        batch = None if only_look else await propose(call, database, account, reason, found.proposal, now)
    said = waits(batch) if batch is not None else _CHECKED
    call.tell(_document(found, batch), *texts.details(found.proposal), *texts.persons(found, names), said)


async def _looked(database: Database, number: int, question: str, answer: str | None) -> DryRun:
    """Raises: NoSuchNumber, Refused."""
    try:
        async with database.read() as tx:
            return await dry_run(tx, number, question, answer)
    except KeyRefusal as refusal:
        raise Refused(texts.refused(refusal)) from None


def _document(found: DryRun, batch: int | None) -> dict[str, Any]:
    """Scores are whole hundredths of a point; `before` and `answer` lists of letters, or of the texts of blanks."""
    change = found.proposal
    return {
        **{"id": change.exam, "question": change.question, "voided": change.voided, "batch": batch},
        **{"before": list(change.before), "answer": list(change.answer), "sittings": change.sittings},
        **{"changed": change.changed, "more": change.more, "fewer": change.fewer, "elsewhere": change.elsewhere},
        "scores": [row for one in found.changed for row in _rows(one)],
    }


def _rows(one: Rescored) -> list[dict[str, Any]]:
    passed = {"passed_before": one.passed_before, "passes": one.passes}
    return [
        {"person": one.person, "sitting": sitting.number, "before": sitting.score, "after": score, **passed}
        for sitting, score in one.changed
    ]
