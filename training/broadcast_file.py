"""The file by which something is sent to many, as `Settings`: a TOML document, every key of which is checked.

Every problem is found at once and raised as facts. Whom it reaches, and whether its sender may reach them, is seen
when it is ordered. Source: contract, Broadcast (toml).
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Final, NamedTuple

from training.broadcast_file_content import FILE_KINDS, TABLES, check_keys_fit, check_text, media_of
from training.broadcast_file_errors import BadBroadcastFile, BadCredit, CreditEnds, SameEachTime
from training.broadcast_file_questions import Asked, asked_of, entries_of, question_doubts
from training.broadcast_file_questions import Known as Known
from training.broadcast_file_when import When, when_of
from training.broadcasts import Audience, Broadcast, Kind, Settings, Who
from training.calendar import day_of, start_of
from training.exam_file_errors import BadExamFile, Doubt, OutOfRange, Problem, TooFine
from training.exam_file_parts import audience_block, persons_of, units_of
from training.exam_file_table import Block
from training.exam_file_toml import parsed
from training.people import Category
from training.rule_errors import Place

TITLE_CHARACTERS: Final = 30  # a card's title has 36, and the number stands before it
KIND_WORDS: Final = {
    **dict.fromkeys(("答题", "试题", "测验"), Kind.QUIZ),
    **dict.fromkeys(("通知", "公告", "消息"), Kind.NOTICE),
    **dict.fromkeys(("图片", "照片"), Kind.PICTURE),
    **dict.fromkeys(("文件", "附件"), Kind.FILE),
    **dict.fromkeys(("统计", "统计数据"), Kind.STATISTICS),
}
WHO_WORDS: Final = {
    **dict.fromkeys(("领导干部", "领导"), Who.LEADER),
    **dict.fromkeys(("工作人员", "一般工作人员"), Who.STAFF),
    **dict.fromkeys(("行政执法人员", "执法人员"), Who.ENFORCEMENT),
    **dict.fromkeys(("其他", "其他人员"), Who(Category.OTHER)),
}
USUAL_CREDIT: Final = 10  # hundredths of an hour a question
MOST_CREDIT: Final = 100


def broadcast_settings(text: str, known: Known, now: datetime, files: Mapping[str, bytes]) -> Settings:
    """What the file orders; moments without a zone are Beijing time.

    `files`: the content of those that it names, by the name in it, or a little more than may be sent of one that is
    larger. The settings have no `media` yet. Raises: BadBroadcastFile, with every problem.
    """
    found: list[Problem] = []
    top = _top(text, found)
    top.check_keys()
    top.demand("kind")
    kind = top.choice("kind", Kind, KIND_WORDS)
    if kind is not None:
        check_keys_fit(top, kind)
    asked = asked_of(top, known, demanded=kind is Kind.QUIZ)
    media_of(top, kind, files)
    settings = _settings(top, kind or Kind.NOTICE, asked, when_of(top, now), _audience(top, known))
    if found:
        raise BadBroadcastFile(tuple(found))
    return settings


def _top(text: str, found: list[Problem]) -> Block:
    try:
        return Block(Place(), parsed(text), TABLES[""], found, TABLES)
    except BadExamFile as bad:
        raise BadBroadcastFile(bad.problems) from None


def _settings(top: Block, kind: Kind, asked: Asked, when: When, audience: Audience) -> Settings:
    return Settings(
        kind=kind,
        title=top.line("title", TITLE_CHARACTERS),
        text=check_text(top, kind),
        questions=asked.ids,
        written=asked.written,
        draw=asked.draw,
        topics=asked.topics,
        file_name=PurePath(top.text("file").replace("\\", "/")).name if kind in FILE_KINDS else "",
        audience=audience,
        at=when.at,
        repeat=when.repeat,
        until=when.until,
        credit=_credit(top),
        remind=top.flag("remind", False),
        urgent=top.flag("urgent", False),
        tell_all=top.flag("results_to_all", False),
    )


def _audience(top: Block, known: Known) -> Audience:
    block = audience_block(top)
    return Audience(
        units=units_of(block, known.units),
        below=block.flag("below", True),
        groups=block.words("groups", Who, WHO_WORDS),
        persons=persons_of(block, known),
    )


def _credit(top: Block) -> int:
    """Hundredths of an hour for each question: `true` is the usual credit, an amount is best quoted."""
    value = top.values.get("credit", False)
    if isinstance(value, bool):
        return USUAL_CREDIT if value else 0
    amount = _amount(value)
    if amount is None:
        top.found.append(BadCredit(top.place, "credit"))
        return 0
    hundredths = amount * 100
    if hundredths != int(hundredths):
        top.found.append(TooFine(top.place, "credit"))
    elif not 0 <= hundredths <= MOST_CREDIT:
        top.found.append(OutOfRange(top.place, "credit", 0, MOST_CREDIT // 100))
    return int(hundredths)


def _amount(value: object) -> Decimal | None:
    try:
        amount = Decimal(value) if isinstance(value, str | int | Decimal) else None
    except ArithmeticError:
        return None
    return amount if amount is not None and amount.is_finite() and abs(amount) < MOST_CREDIT else None


def broadcast_doubts(settings: Settings) -> tuple[Doubt, ...]:
    """What to look at again."""
    same = settings.repeat is not None and (settings.questions or settings.written)
    return (*question_doubts(settings.written), *((SameEachTime(),) if same else ()))


def credit_doubts(broadcast: Broadcast) -> tuple[Doubt, ...]:
    """Of one that has its times: an answer after the year of its sending earns nothing."""
    if not broadcast.settings.credit or broadcast.send_at is None or broadcast.closes_at is None:
        return ()
    year = day_of(broadcast.send_at).year
    return (CreditEnds(year),) if broadcast.closes_at > start_of(date(year + 1, 1, 1)) else ()


class Named(NamedTuple):
    """What a file names that has to be looked up before it is read; nothing of a file that is no TOML."""

    file: str = ""
    questions: tuple[str, ...] = ()
    topics: bool = False


def named_in(text: str) -> Named:
    """Without a word about what is wrong: that is for the reading."""
    try:
        values = parsed(text)
    except BadExamFile:
        return Named()
    file, asked = values.get("file"), values.get("questions")
    entries = entries_of(asked) or []
    ids = tuple(entry.strip() for entry in entries if isinstance(entry, str) and entry.strip())
    return Named(file.strip() if isinstance(file, str) else "", ids, bool(values.get("topics")))
