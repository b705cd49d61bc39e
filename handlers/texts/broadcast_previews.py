"""The preview of a broadcast in words: what goes out, to whom, when and until when, and what a `确认` would do."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from handlers.actions.broadcast_dialogue import Preview
from handlers.texts.broadcast_orders import repeat_words, until_words
from handlers.texts.broadcasts import HOW_ON, about, moment, quiz_lines, whom
from handlers.texts.words import hours
from question_bank.questions import Question
from training.broadcast_names import LEFT
from training.broadcasts import Kind, Left, Settings

BEFORE_PREVIEW: Final = "【预览】下面就是大家将收到的内容（只发给您一人，点选作答不计）："
URGENT_OFFER: Final = "重大紧急的通知可回复“加急”：不受免打扰时段、个人免打扰和每周推送额度限制，并记入审计日志。"
URGENT_SET: Final = "加急：是，不受免打扰时段、个人免打扰和每周推送额度限制，并记入审计日志（回复“不加急”撤销）"
_WAITS: Final = "（您要的时间在免打扰时段或不是工作日，顺延到这时）"
_CONGESTED: Final = "（避开整点和半点）"


def rest_of_quiz(settings: Settings, questions: Sequence[Question]) -> str:
    """What comes one after the other behind the first question, or all of it when that is drawn as well."""
    lines = quiz_lines(settings, questions)
    if not settings.questions and settings.draw:
        return "\n".join(("（第 1 题发送时才抽取，样式同平时的题目卡片）共有：", *lines))
    return "\n".join(("（答完一题出下一题）后面依次是：", *lines[1:]))


def statistics(number: int) -> str:
    return (
        f"【统计 {number}】\n（发送时按当时的数据生成：应完成学时人数、完成率、人均计入学时、每日一题作答人数；"
        "只有总数，没有姓名）"
    )


def summary(preview: Preview) -> str:
    return "\n".join((*_lines(preview), _how_on(preview)))


def _lines(preview: Preview) -> Iterator[str]:
    draft, settings = preview.draft, preview.draft.settings
    yield f"【群发 {draft.number}】{about(settings)}"
    yield f"发给：{whom(settings.audience, preview.names, preview.managed)}"
    yield reach(preview.persons, preview.left)
    yield f"发送：{_sending(preview)}"
    if settings.kind is Kind.QUIZ:
        yield from _quiz(preview)
    if settings.urgent:
        yield URGENT_SET


def reach(persons: int, left: Mapping[Left, int]) -> str:
    """`将发给 1,234 人（另有 56 人不发：已开免打扰 40、本周推送已满 16）`."""
    others = {why: count for why, count in left.items() if count and why is not Left.NOT}
    said = f"将发给 {persons:,} 人"
    if not others:
        return said
    order = sorted(others, key=lambda why: -others[why])
    listed = "、".join(f"{LEFT[why]} {others[why]:,}" for why in order)
    return f"{said}（另有 {sum(others.values()):,} 人不发：{listed}）"


def _sending(preview: Preview) -> str:
    settings, timed = preview.draft.settings, preview.timed
    if settings.at is None and settings.repeat is None and not timed.waits:
        return "确认后立即发送"
    why = _WAITS if timed.waits else _CONGESTED if timed.send_at != timed.wanted else ""
    first = f"{moment(timed.send_at)}{why}"
    return first if settings.repeat is None else f"{repeat_words(settings.repeat)}，第一次 {first}"


def _quiz(preview: Preview) -> Iterator[str]:
    settings = preview.draft.settings
    yield f"截止：{_ends(preview)}"
    yield f"学时：{f'每答一题 {hours(settings.credit)}' if settings.credit else '不计'}"
    yield f"提醒：{_reminder(preview) if settings.remind else '不提醒'}"
    if settings.tell_all:
        yield "截止后把总体结果发给大家"


def _reminder(preview: Preview) -> str:
    at = preview.timed.remind_at
    if at is None:
        return "离截止太近，没有合适的时间，不会提醒"
    when = "截止前一次" if preview.draft.settings.repeat else f"{moment(at)} 一次"
    return f"{when}，只发给打开提醒、还没有作答的人"


def _ends(preview: Preview) -> str:
    settings = preview.draft.settings
    if settings.repeat is not None:
        return f"每次发出{until_words(settings.until)}"
    return moment(preview.timed.closes_at)


def _how_on(preview: Preview) -> str:
    offered = preview.managed is None and preview.draft.settings.kind is Kind.NOTICE
    offer = f"{URGENT_OFFER}\n" if offered and not preview.draft.settings.urgent else ""
    return offer + HOW_ON


def changed_meanwhile(preview: Preview, before: int) -> str:
    return f"名册有变动：预览时 {before:,} 人，现在 {preview.persons:,} 人，还没有发送。\n{summary(preview)}"


def confirmed(preview: Preview) -> str:
    """After the confirmation, with what was counted at it."""
    number, settings, timed = preview.draft.number, preview.draft.settings, preview.timed
    at_once = settings.at is None and settings.repeat is None and not timed.waits
    return (
        f"已确认，群发 {number} {reach(preview.persons, preview.left)}。\n"
        f"{'现在开始发送。' if at_once else f'发送：{_sending(preview)}。'}\n"
        f"回复“群发 {number}”看结果，“群发 {'撤回' if at_once else '取消'} {number}”可以停下。"
    )
