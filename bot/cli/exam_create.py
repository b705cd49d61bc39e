"""`xuefa exam create`, `makeup`, `example` and `drop`: an exam from a file, or once more for who has not passed."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bot.cli.exam_number import of_exam
from bot.cli.files import content_of
from bot.cli.frame import Call, Refused, operator, runs
from bot.cli.options import PATH, filled
from handlers.actions import exam_setting
from handlers.actions.exam_moves import exam_numbered
from handlers.texts import exam_example, exam_file
from handlers.texts import exam_setting as texts
from storage.database import Database
from training.calendar import CITY, day_of
from training.exam_errors import MakeupOfDraft, MakeupOfMakeup
from training.exam_file_errors import BadExamFile
from training.exam_file_table import moment_from
from training.exams import Settings, State


@click.command(help="写出带注释的考试文件样例（到标准输出）。")
@runs
async def example(call: Call) -> None:
    text = exam_example.example(day_of(datetime.now(UTC)).year)
    call.tell({"example": text}, text.rstrip("\n"))


@click.command(help="按考试文件创建考试（草稿），给出考试编号；样例：xuefa exam example。")
@click.argument("file", type=PATH)
@click.option("--makeup-of", type=click.IntRange(1), default=None, metavar="考试编号", help="作为这场考试的补考")
@runs
async def create(call: Call, file: Path, makeup_of: int | None) -> None:
    now = datetime.now(UTC)
    text = _text(file)
    async with call.database() as database:
        read = await _read(database, text, now)
        await _make(call, database, read.settings, makeup_of or 0, now, [exam_file.doubted(d) for d in read.doubts])


@click.command(help="安排补考（草稿）：首次考试未合格、缺考和缓考的人参加；名单在发布时生成。")
@of_exam
@click.option("--file", type=PATH, default=None, help="补考用的考试文件，默认与首次考试相同")
@click.option(
    "--opens", default="", callback=filled, metavar="时间", help="开放时间，如 '2026-12-21 09:00'（北京时间）"
)
@click.option(
    "--closes",
    default="",
    callback=filled,
    metavar="时间",
    help="截止时间；都不写时与首次考试同星期、同时段、同长度",
)
@runs
async def makeup(call: Call, number: int, file: Path | None, opens: str, closes: str) -> None:
    now = datetime.now(UTC)
    if file is not None and (opens or closes):
        raise Refused("用了 --file 时，开放和截止时间请写在文件中，不要再写 --opens、--closes。")
    window = _window(opens, closes)
    text = _text(file) if file is not None else ""
    async with call.database() as database:
        async with database.read() as tx:
            first = await exam_numbered(tx, number)
        if first.makeup_of:
            raise MakeupOfMakeup(number, first.makeup_of)
        if first.state is State.DRAFT:
            raise MakeupOfDraft(number)
        notes = [texts.ANSWERS_OUT] if first.answers_released else []
        if file is not None:
            read = await _read(database, text, now)
            settings, notes = read.settings, [*(exam_file.doubted(doubt) for doubt in read.doubts), *notes]
        else:
            settings = exam_setting.makeup_settings(first, now, window)
            _demand_long_enough(settings)
        await _make(call, database, settings, number, now, notes)


@click.command(help="撤销不要的草稿；已发布的不能撤销。")
@of_exam
@runs
async def drop(call: Call, number: int) -> None:
    async with call.database() as database, database.write() as tx:
        draft = await exam_setting.drop(tx, number, by=operator(), now=datetime.now(UTC))
    call.tell({"id": number, "dropped": True}, texts.dropped(draft))


def _text(file: Path) -> str:
    try:
        return content_of(file).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(f"{file} 不是 UTF-8 编码的文本，请另存为 UTF-8 再试。") from None


async def _read(database: Database, text: str, now: datetime) -> exam_setting.Read:
    """Raises: Refused, with a line for each problem when there are several."""
    try:
        return await exam_setting.read(database, text, now)
    except BadExamFile as bad:
        head, *lines = exam_file.refused(bad)
        raise Refused(
            "\n".join((head, *lines)) if len(lines) > 1 else head + lines[0].removeprefix("1. ")
        ) from None


async def _make(
    call: Call, database: Database, settings: Settings, makeup_of: int, now: datetime, notes: list[str]
) -> None:
    """What is to be looked at again goes to standard error beside a document."""
    async with database.write() as tx:
        number = await exam_setting.create(tx, settings, makeup_of=makeup_of, by=operator(), now=now)
    said = [f"提示：{note}" if not note.startswith("注意") else note for note in notes]
    if call.json:
        for line in said:
            click.echo(line, err=True)
    call.tell({"id": number}, *texts.created(number, settings, makeup_of), *said)


def _window(opens: str, closes: str) -> tuple[datetime, datetime] | None:
    if not opens and not closes:
        return None
    found = [moment_from(text) for text in (opens, closes)]
    opens_at, closes_at = found
    if opens_at is None or closes_at is None:
        raise Refused("--opens 和 --closes 请一起写，如 --opens '2026-12-21 09:00' --closes '2026-12-25 18:00'。")
    first, last = ((at if at.tzinfo else at.replace(tzinfo=CITY)).astimezone(UTC) for at in (opens_at, closes_at))
    return first, last


def _demand_long_enough(settings: Settings) -> None:
    if settings.closes_at - settings.opens_at < settings.duration:
        raise Refused(f"补考的开放时间短于考试时长 {settings.duration_minutes} 分钟，请改正 --opens 和 --closes。")
