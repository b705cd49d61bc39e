"""`xuefa exam publish`, `open`, `close` and `release`: from a draft to released results."""

from datetime import UTC, datetime

import click

from bot.cli.exam_number import document, of_exam
from bot.cli.frame import Call, operator, runs
from bot.rule_files import demand_statuses, rules_of
from handlers.actions import exam_publishing, exam_releasing
from handlers.actions.exam_rolls import not_passed
from handlers.actions.exam_waiting import has_makeup, without_makeup
from handlers.texts import exam_setting as texts
from handlers.texts.exam_rules import moment
from training.calendar import day_of
from training.exams import State


@click.command(help="发布考试：核对题库，按今天的名册固定应考名单和试题。")
@of_exam
@runs
async def publish(call: Call, number: int) -> None:
    now = datetime.now(UTC)
    rules = rules_of(call.config())
    async with call.database() as database:
        await demand_statuses(database, rules, now)
        done = await exam_publishing.publish(database, rules, number, now, by=operator())
    told = {
        **{"id": number, "state": str(State.PUBLISHED), "basis_day": day_of(now).isoformat(), "roll": done.people},
        "by_group": {str(group): count for group, count in done.by_group.items()},
        "by_excuse": {str(why) or "none": count for why, count in done.by_excuse.items()},
        **{"questions": done.questions, "passed_over": list(done.passed_over)},
        "left_out": list(done.left_out),
        "exposed": [str(group) for group in done.exposed],
        "heavy": [{**one._asdict(), "section": one.section + 1, "group": str(one.group)} for one in done.heavy],
    }
    call.tell(told, *texts.published(done))


@click.command("open", help="提前开放考试；到开放时间会自动开放。")
@of_exam
@runs
async def open_(call: Call, number: int) -> None:
    async with call.database() as database, database.write() as tx:
        moved = await exam_releasing.open_by_hand(tx, number, datetime.now(UTC), by=operator())
    call.tell(document(moved.exam, moved.exam.state), texts.opened(moved))


@click.command(help="提前截止考试，没有交卷的按截止时已保存的自动交卷；到截止时间会自动截止。")
@of_exam
@runs
async def close(call: Call, number: int) -> None:
    now = datetime.now(UTC)
    async with call.database() as database, database.write() as tx:
        moved = await exam_releasing.close_by_hand(tx, number, now, by=operator())
        owed = len(await without_makeup(tx, moved.exam, now))
        made_up = await has_makeup(tx, moved.exam)
    call.tell(document(moved.exam, moved.exam.state), *texts.closed(moved, owed, made_up=made_up))


@click.command(help="公布成绩；考试和补考都结束以后，同时公布答案。")
@of_exam
@click.option("--scores-only", is_flag=True, help="只公布成绩，答案以后再公布（如要先补考）")
@runs
async def release(call: Call, number: int, scores_only: bool) -> None:
    now = datetime.now(UTC)
    async with call.database() as database:
        async with database.write() as tx:
            moved = await exam_releasing.release(tx, number, now, by=operator(), scores_only=scores_only)
            until = await exam_releasing.answers_from(tx, moved.exam)
            made_up = await has_makeup(tx, moved.exam)
        left = await not_passed(database, moved.exam) if moved.answers and not made_up else None
    hint = (texts.too_late_for_makeup(left),) if left else ()
    told = {**document(moved.exam, moved.exam.state), "not_passed": left}
    call.tell(told, texts.released(moved, moment(until)), *hint)
