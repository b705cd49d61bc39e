"""`xuefa exam list` and `sample`."""

from datetime import UTC, datetime
from typing import Any

import click

from bot.cli.exam_number import document, of_exam
from bot.cli.frame import Call, runs
from handlers.actions import exam_setting
from handlers.actions.exam_setting import Sample
from handlers.texts import exam_setting as texts
from question_bank.questions import shown
from training.people import Group


@click.command("list", help="列出全部考试，最近的在前。")
@runs
async def list_(call: Call) -> None:
    now = datetime.now(UTC)
    async with call.database() as database, database.read() as tx:
        found = [(exam, people, exam.state_at(now)) for exam, people in await exam_setting.every(tx)]
        owed = await exam_setting.owed_makeups(tx, (exam for exam, _, _ in found), now)
    told = [
        document(exam, state) | {"roll": people, "without_makeup": owed.get(exam.number, 0)}
        for exam, people, state in found
    ]
    call.tell({"exams": told}, *texts.listed(found, owed))


@click.command(help="抽一份样卷（含答案）供核对；不影响任何人的试卷。")
@of_exam
@click.option(
    "--group",
    type=click.Choice([str(group) for group in Group]),
    default=str(Group.STAFF),
    help="考核组别：enforcement 行政执法人员，leader 领导干部，staff 工作人员（默认）",
)
@runs
async def sample(call: Call, number: int, group: str) -> None:
    async with call.database() as database:
        found = await exam_setting.sample(database, number, Group(group))
    call.tell(_document(found), *texts.sample_paper(found))


def _document(found: Sample) -> dict[str, Any]:
    items = [
        {
            **{"item": number, "section": item.section + 1, "question": (whole or question).id},
            **{"case": whole.stem if whole else None, "text": shown(question), "answer": list(question.answer)},
        }
        for number, (item, whole, question) in enumerate(found.items, 1)
    ]
    return {"id": found.exam.number, "group": str(found.group), "items": items, "left_out": list(found.left_out)}
