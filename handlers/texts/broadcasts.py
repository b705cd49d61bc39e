"""What is said while a broadcast is put together in chat: a short text a step, with examples; and the list.

The preview is in `broadcast_previews`, why words are not taken in `broadcast_words`, figures of one that runs in
`broadcast_results`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from handlers.actions.broadcast_dialogue import Scene
from handlers.actions.broadcast_places import Step
from handlers.texts.quiz import until
from handlers.texts.words import WEEKDAYS, hours
from question_bank.questions import Question
from training.broadcast_audience_words import OWN_UNIT
from training.broadcast_file import USUAL_CREDIT
from training.broadcast_file_questions import MOST_QUESTIONS
from training.broadcast_names import KINDS, STATES, WHO
from training.broadcasts import Audience, Broadcast, Kind, Settings, State
from training.calendar import CITY, DAY

_CITY_UNITS: Final = ("司法局", "公安局")
_STEM_SHOWN: Final = 40
_NAMES_SHOWN: Final = 8
_EXAMPLE_DAYS: Final = 4
NOT_FOR_LEARNERS: Final = "“群发”由管理员使用。要作答发给您的题目，请回复“群发答题”；“帮助”看全部功能。"
PREVIEW_TAP: Final = "这是预览，作答不计。回复“确认”发送，“改 内容”修改，“取消”放弃。"
_WHAT: Final = "发什么？请回复“通知”“答题”或“统计”。图片和文件请在服务器上用 xuefa broadcast 发送。“取消”退出。"
BEGIN: Final = f"【群发】分几步说清发什么、发给谁、什么时候发；先给您看预览，回复“确认”后才发送。\n{_WHAT}"
USAGE: Final = (
    "【群发】可以这样用：\n"
    "群发 — 新建一条\n"
    "群发 列表 — 最近十条\n"
    "群发 12 — 看第 12 号的结果\n"
    "群发 撤回 12 原因\n"
    "群发 取消 12 — 还没发出的不发了\n"
    "群发 补发 12 — 结果不明的再发一次\n"
    "群发 放弃 12 — 结果不明的不再发"
)
_NOTICE: Final = (
    "请发送通知的正文，原样发出。要加标题，请把第一行写成“标题：…”。例如：\n标题：宪法宣传周安排\n各单位：……"
)
_QUIZ: Final = (
    f"请发送题目，可以分几次加，最多 {MOST_QUESTIONS} 题，加完回复“好了”。三种写法：\n"
    "1. 题库编号：xzcf-0012 xzcf-0013\n"
    "2. 抽 3，或 抽 3 行政处罚法（发送时从题库抽）\n"
    "3. 直接写一道题：\n"
    "罚款的设定权属于谁？\n"
    "A. 单位\n"
    "B. 法律\n"
    "答案：B"
)
_WHOM: Final = (
    "发给谁？例如：\n"
    "{all}\n"
    "{several} 的 行政执法人员\n"
    "{one}（不含下级）\n"
    "领导干部 工作人员\n"
    "R000123（人员编号或账号）\n"
    "单位写名称、路径或代码；不写“不含下级”就含下级。"
)
_WHEN: Final = "什么时候发？例如：现在、明天 9:07、{day} 14:10、每周一 9:07、每月第一个工作日。"
_WHEN_QUIZ: Final = (
    "什么时候发、怎么答？写在一行，例如：\n"
    "现在\n"
    "明天 9:07 截止 {day} 18:00 计学时 提醒\n"
    "每周一 9:07 截止 3天\n"
    f"不写时：第三天 24:00 截止，不计学时，不提醒。计学时为每题 {hours(USUAL_CREDIT)}（也可写“计 0.2 学时”）；"
    "“提醒”在截止前提醒一次，只发给打开提醒的人；“公布结果”在截止后把总体结果发给大家。"
)
_OPEN: Final = "您有一条没有完成的群发（{what}）。回复“继续”接着做，“重新开始”新建一条，“取消”放弃它。"
CONTINUE_OR_NOT: Final = "请回复“继续”接着做，“重新开始”新建一条，或“取消”放弃。"
ADDED: Final = "已加入，现有 {count} 题：\n{lines}\n继续发题，或回复“好了”。“删 1”去掉第 1 题。"
NONE_LEFT: Final = "题目已全部去掉。请再发题目，或回复“取消”退出。"
CANCELLED: Final = "群发 {number} 已取消，没有发送。"
KEPT: Final = "前面填的都还在。"
KEEP: Final = "原来的仍用，请回复“不改”。"
THIS_FIRST: Final = "请先回答这一步，后面的还没有填。"
GONE: Final = "这条群发已不是草稿，可能已在别处确认或取消。回复“群发 列表”查看，“群发”新建一条。"
NOT_YET: Final = "还没有到确认这一步。"
ALREADY: Final = "群发 {number} 已确认过，没有重复发送。回复“群发 {number}”查看结果。"
ALREADY_NO_CANCEL: Final = (
    "群发 {number} 已确认。没有发出时回复“群发 取消 {number}”，已经发出时回复“群发 撤回 {number}”。"
)
HOW_ON: Final = "回复“确认”发送，“改 内容/范围/时间”修改，“取消”放弃。"
NO_CONTENT: Final = "统计的内容在发送时自动生成，不能修改。可以“改 范围”“改 时间”或“改 类型”。"
QUIZ_OR_DAILY: Final = "要做今天的题请回复“今日一题”；要把这条群发改成答题，请先“取消”，再回复“群发”。"
NO_QUIZ_OPEN: Final = "现在没有等您作答的群发答题。"
OWN_QUIZ: Final = "以上是等您作答的群发答题。要新建一条答题群发，请回复“新建答题”。"
RECALL_INSTEAD: Final = (
    "群发 {number} 已经发出，不能取消。"
    "要收回并停止作答，请回复“群发 撤回 {number} 原因”（24 小时内发出的可以收回）。"
)
NONE_YET: Final = "还没有群发。回复“群发”新建一条。"


def question(scene: Scene, now: datetime) -> str:
    """What a step asks."""
    example = now.astimezone(CITY) + _EXAMPLE_DAYS * DAY
    quiz = scene.draft.settings.kind is Kind.QUIZ
    match scene.step:
        case Step.WHAT:
            return _WHAT
        case Step.CONTENT:
            return _QUIZ if quiz else _NOTICE
        case Step.WHOM:
            return _whom(scene.managed)
        case Step.WHEN:
            return (_WHEN_QUIZ if quiz else _WHEN).format(day=f"{example.month}-{example.day}")
    return CONTINUE_OR_NOT if scene.step is Step.OPEN else HOW_ON


def _whom(managed: Sequence[str] | None) -> str:
    """Examples with units that may be reached."""
    known = (managed or (OWN_UNIT,)) if managed is not None else _CITY_UNITS
    return _WHOM.format(all=_all(managed), several="、".join(known[:2]), one=known[0])


def _all(managed: Sequence[str] | None) -> str:
    return "全市" if managed is None else f"全部（您的管辖单位：{names_listed(managed)}，含下级）"


def names_listed(names: Sequence[str]) -> str:
    more = f"等 {len(names)} 个" if len(names) > _NAMES_SHOWN else ""
    return "、".join(names[:_NAMES_SHOWN]) + more


def open_draft(draft: Broadcast) -> str:
    return _OPEN.format(what=about(draft.settings))


def about(settings: Settings) -> str:
    """`通知《宪法宣传周》`, or the beginning of what it says."""
    said = f"《{settings.title}》" if settings.title else _cut(settings.text)
    return f"{KINDS[settings.kind]}{f' {said}' if said and not settings.title else said}"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _STEM_SHOWN else f"{line[: _STEM_SHOWN - 1]}…"


def added(settings: Settings, questions: Sequence[Question]) -> str:
    """`questions`: those that are known already, in order."""
    if not questions and not settings.draw:
        return NONE_LEFT
    lines = quiz_lines(settings, questions)
    return ADDED.format(count=len(questions) + settings.draw, lines="\n".join(lines))


def quiz_lines(settings: Settings, questions: Sequence[Question]) -> list[str]:
    """In the order in which they are asked: of the bank, drawn, written."""
    of_bank = len(questions) - len(settings.written)
    lines = [_question(place, one) for place, one in enumerate(questions[:of_bank], 1)]
    if settings.draw:
        last = of_bank + settings.draw
        place = f"{last}" if settings.draw == 1 else f"{of_bank + 1}–{last}"
        lines.append(f"{place}. 发送时抽 {settings.draw} 题{_of_topics(settings)}")
    written = enumerate(questions[of_bank:], of_bank + settings.draw + 1)
    return [*lines, *(_question(place, one) for place, one in written)]


def _question(place: int, one: Question) -> str:
    return f"{place}. {_cut(one.stem)}（答案 {''.join(map(str, one.answer))}）"


def _of_topics(settings: Settings) -> str:
    return f"（{'、'.join(settings.topics)}）" if settings.topics else ""


def whom(audience: Audience, names: Mapping[str, str], managed: Sequence[str] | None) -> str:
    """`names`: of units by code and of people by number."""
    units = names_listed([names.get(code, code) for code in audience.units])
    if audience.persons and not (audience.units or audience.groups):
        return _people(audience, names)
    where = f"{units}（{'含' if audience.below else '不含'}下级）" if units else _everywhere(managed)
    groups = "、".join(WHO[one] for one in audience.groups)
    said = f"{where}的{groups}" if groups else where
    return f"{said}，另加 {_people(audience, names)}" if audience.persons else said


def _everywhere(managed: Sequence[str] | None) -> str:
    return "全市" if managed is None else f"您的管辖单位（{names_listed(managed)}，含下级）"


def _people(audience: Audience, names: Mapping[str, str]) -> str:
    return names_listed([f"{names.get(number, '')}（{number}）" for number in audience.persons])


def moment(at: datetime) -> str:
    """`11月24日 周二 08:00`; midnight is the end of the day before."""
    local = at.astimezone(CITY)
    day = local.date() - DAY if (local.hour, local.minute) == (0, 0) else local.date()
    date, _, clock = until(at).partition(" ")
    return f"{date} 周{WEEKDAYS[day.weekday()]} {clock}"


def listed(found: Sequence[tuple[Broadcast, str]]) -> str:
    """The latest first; each with its figures, which may be empty."""
    if not found:
        return NONE_YET
    lines = (_line(one, figures) for one, figures in found)
    return "最近的群发：\n" + "\n".join(lines) + "\n回复“群发 编号”看结果。"


def _line(one: Broadcast, figures: str) -> str:
    at = one.send_at or one.created_at
    when = f"下次 {moment(at)}" if one.state is State.REPEATING else moment(at)
    said = f"{one.number} · {about(one.settings)} · {state(one)} · {when}"
    return f"{said} · {figures}" if figures else said


def state(one: Broadcast) -> str:
    """A quiz that went out can be answered."""
    quiz = one.settings.kind is Kind.QUIZ and one.state is State.OPEN
    return "答题中" if quiz else STATES[one.state]


def figures(persons: int, delivered: int, answered: int | None) -> str:
    said = f"{persons:,} 人，送达 {delivered:,}"
    return said if answered is None else f"{said}，参与 {answered:,}"


def cancelled(number: int) -> str:
    return f"群发 {number} 已取消，不再发送。"
