"""A sitting in chat: the question as a card or a text, the overview, and whether to hand in."""

from typing import Final

from handlers.actions.exam_turn import TOGGLE, Receipt, Screen, Step
from handlers.message import Button, Card, Content, Text
from handlers.texts.exam_rules import points
from handlers.texts.words import KINDS
from question_bank.questions import CARD_CHARACTERS, Kind, Question, letters, shown
from training.calendar import CITY
from training.sitting import SUBMITTING, minutes_left, next_open, numbers

TAP: Final = "exam"
START_TAP: Final = "exam_start"
END_TAP: Final = "exam_end"
MOST_BUTTONS: Final = 6
DESC_CHARACTERS: Final = 44  # main_title.desc of a card, doc 90236
LISTED: Final = 30  # numbers of questions in an overview
ROW_CHARACTERS: Final = 30  # of a row's value, doc 90236
TEXT_CHARACTERS: Final = 100  # of a receipt in words
LISTED_ON_CARD: Final = 16  # twice, with three digits each
_NO_UNDOING: Final = "交卷后不能再改。"
CANCELLED: Final = "好的，已取消。考试还在进行，回复“考试”继续。"
_BLANK: Final = "请直接回复填空内容，多个空用“；”隔开。答案与命令同名时，前面加“答案：”。"


def _key(at: Screen, what: str, item: int | None = None) -> str:
    return f"{TAP}:{at.sitting.attempt}:{at.sitting.at if item is None else item}:{what}"


def messages(at: Screen) -> tuple[Content, ...]:
    """The screen as messages of its own, in order."""
    before = follows(at)
    return (*((Text(before),) if before else ()), card(at))


def card(at: Screen) -> Card:
    """The living card: what is on it fits, the rest is in `follows`."""
    if at.question is None or at.sheet:
        return _end_card(at)
    return Card(
        title=_title(at),
        desc=_state(at),
        body=_body(at),
        rows=_rows(at, at.question),
        buttons=_buttons(at, at.question),
    )


def follows(at: Screen) -> str:
    """The whole text of what the card has no room for; empty when it shows everything."""
    if at.question is None or at.sheet:
        return ""
    case = f"【案例】{at.whole.stem}" if at.whole and at.entered and not _fits(at, at.question) else ""
    question = shown(at.question)
    long = f"【{_title(at)}】\n{question}" if at.fresh and len(question) > CARD_CHARACTERS else ""
    return "\n\n".join(part for part in (case, long) if part)


def text(at: Screen) -> str:
    """The same in words, with how to go on."""
    if at.question is None or at.sheet:
        head = f"【{at.exam.settings.title}】{_progress(at)}"
        return "\n".join((*_received(at.receipt), head, *_overview(at, LISTED), _how_to_end(at)))
    case = (f"【案例】{at.whole.stem}",) if at.whole and at.entered else ()
    chosen = (f"已答：{at.chosen}",) if at.chosen else ()
    return "\n".join(
        (
            *_received(at.receipt),
            f"【{_title(at)}】{_state(at)}",
            *case,
            shown(at.question),
            *chosen,
            _how(at.question),
        )
    )


def _title(at: Screen) -> str:
    kind = KINDS[at.question.kind] if at.question else ""
    flag = " ★" if at.sitting.flagged[at.sitting.at] == "1" else ""
    return f"{at.sitting.at + 1}/{len(at.sitting.answered)} {kind}{flag}"


def _state(at: Screen) -> str:
    worth = f"{points(at.points)} 分" + (f"（{len(at.whole.parts)} 小题）" if at.whole else "")
    left = minutes_left(at.now, at.sitting.deadline_at)
    open_items = f"未答 {at.sitting.answered.count('0')} 题"
    until = f"（{at.sitting.deadline_at.astimezone(CITY):%H:%M} 止）"  # a card in the hand does not tick
    said = f"{worth} · 剩余 {left} 分钟{until} · {open_items}"
    return said if len(said) <= DESC_CHARACTERS else said.replace(until, "")


def _fits(at: Screen, question: Question) -> bool:
    """A case and its part on one card."""
    return at.whole is not None and len(at.whole.stem) + len(shown(question)) < CARD_CHARACTERS


def _body(at: Screen) -> str:
    if at.question is None:
        return ""
    if at.whole and _fits(at, at.question):
        return f"{at.whole.stem}\n{shown(at.question)}"
    whole = shown(at.question)
    return whole if len(whole) <= CARD_CHARACTERS else "题目较长，全文已另发一条消息，看完在这里作答。"


def _rows(at: Screen, question: Question) -> tuple[tuple[str, str], ...]:
    rows = []
    if at.receipt is not None:
        rows.append(("已保存", _said(at.receipt, ROW_CHARACTERS)))
    if at.chosen and (at.receipt is None or at.receipt.item != at.sitting.at):
        rows.append(("已答", _cut(at.chosen, ROW_CHARACTERS)))
    if how := _tapping(question):
        rows.append(("作答", how))
    if at.whole and not _fits(at, question):
        rows.append(("案例", "案例材料已另发一条消息"))
    hidden = tuple(word for word, _ in _steps(at)[MOST_BUTTONS - len(_tapped(question)) :])
    if "答题卡" in hidden:  # which has buttons for the rest
        rows.append(("可回复", "、".join((*hidden, "第N题"))))
    return tuple(rows)


def _tapping(question: Question) -> str:
    """How to answer, where tapping a letter is not all of it."""
    tapped = len(_tapped(question))
    if question.kind is Kind.BLANK:
        return "直接回复，多空用“；”隔开；与命令同名的前加“答案：”"
    if not tapped:
        return "请直接回复字母，如“ACD”" if question.kind is Kind.MULTIPLE else "请直接回复字母，如“B”"
    if question.kind is Kind.MULTIPLE:
        return f"逐个点选，选好{'点' if tapped < MOST_BUTTONS else '回复'}“下一题”，或回复字母"
    return ""


def _tapped(question: Question) -> tuple[str, ...]:
    """The letters that are buttons: all or none."""
    exist = letters(question) if question.kind is not Kind.BLANK else ()
    return exist if len(exist) <= MOST_BUTTONS else ()


def _steps(at: Screen) -> tuple[tuple[str, Step], ...]:
    """From a question to others, what is needed most first."""
    flagged = at.sitting.flagged[at.sitting.at] == "1"
    flag = ("取消标记", Step.UNFLAG) if flagged else ("标记", Step.FLAG)
    return ("下一题", Step.NEXT), ("上一题", Step.BACK), ("答题卡", Step.SHEET), flag, ("交卷", Step.SUBMIT)


def _said(receipt: Receipt, most: int) -> str:
    """In so many characters; the moment is never cut."""
    said = f"第{receipt.item + 1}题 {receipt.given or '未选'}"
    clock = f"{receipt.at.astimezone(CITY):%H:%M:%S}"
    return f"{_cut(said, most - len(clock) - 1)} {clock}"


def _cut(said: str, most: int) -> str:
    return said if len(said) <= most else f"{said[: most - 1]}…"


def saved(at: Screen) -> str:
    """What stands in the place of the buttons of a card that was answered."""
    return _cut(f"已保存 {at.receipt.given}", 10) if at.receipt else "已保存"


def _received(receipt: Receipt | None) -> tuple[str, ...]:
    return (f"✓ 已保存 {_said(receipt, TEXT_CHARACTERS)}",) if receipt else ()


def _buttons(at: Screen, question: Question) -> tuple[Button, ...]:
    """The letters, then as many steps as there is room for."""
    chosen = set(at.chosen) if question.kind is not Kind.BLANK else set()
    toggles = TOGGLE if question.kind is Kind.MULTIPLE else ""
    taps = [
        Button(
            f"{letter} ✓" if letter in chosen else letter, _key(at, toggles + letter), 2 if letter in chosen else 1
        )
        for letter in _tapped(question)
    ]
    steps = [Button(word, _key(at, step)) for word, step in _steps(at)]
    return (*taps, *steps[: MOST_BUTTONS - len(taps)])


def _how(question: Question) -> str:
    match question.kind:
        case Kind.BLANK:
            return _BLANK
        case Kind.JUDGE:
            return "请回复“对”或“错”。"
        case Kind.MULTIPLE:
            return "可多选，请回复字母，如“ACD”。"
    return "请回复字母，如“B”。"


def _progress(at: Screen) -> str:
    total, left = len(at.sitting.answered), at.sitting.answered.count("0")
    return f"已答 {total - left}/{total}，剩余 {minutes_left(at.now, at.sitting.deadline_at)} 分钟"


def _overview(at: Screen, most: int) -> tuple[str, ...]:
    left, flagged = numbers(at.sitting.answered, "0"), numbers(at.sitting.flagged, "1")
    lines = [_listed("未答", left, most) if left else "全部题目都已作答。"]
    if flagged:
        lines.append(_listed("已标记", flagged, most))
    return tuple(lines)


def _listed(what: str, found: tuple[int, ...], most: int) -> str:
    more = " 等" if len(found) > most else ""
    return f"{what} {len(found)} 题：{'、'.join(map(str, found[:most]))}{more}"


def _how_to_end(at: Screen) -> str:
    if at.question is None:
        return "回复“确认”交卷，交卷后不能再改；回复“第N题”继续作答。"
    return f"回复“第{_back(at) + 1}题”继续作答，“交卷”结束考试。"


def _back(at: Screen) -> int:
    """Where to go on: the first item without an answer, else the one shown last."""
    left = next_open(at.sitting.answered, SUBMITTING)
    if left is not None:
        return left
    return at.sitting.at if at.sitting.at != SUBMITTING else len(at.sitting.answered) - 1


def _end_card(at: Screen) -> Card:
    warning = (_NO_UNDOING,) if at.question is None else ()
    return Card(
        title=at.exam.settings.title[:36],
        desc=_progress(at),
        body="\n".join((*_overview(at, LISTED_ON_CARD), *warning)),
        rows=(("已保存", _said(at.receipt, ROW_CHARACTERS)),) if at.receipt else (),
        buttons=_leading_on(at) if at.question else _leading_out(at),
    )


def _leading_on(at: Screen) -> tuple[Button, ...]:
    """From the overview: back to where one was, to what is open, or out."""
    back = (Button("返回作答", _key(at, Step.GO)),)
    to = _back(at)
    left = (Button(f"去第{to + 1}题", _key(at, Step.GO, to)),) if to != at.sitting.at else ()
    flag = next((word, step) for word, step in _steps(at) if step in (Step.FLAG, Step.UNFLAG))
    mark = Button(f"{flag[0]}本题", _key(at, flag[1]), 2)
    return (*back, *left, mark, Button("交卷", _key(at, Step.SUBMIT), 2))


def _leading_out(at: Screen) -> tuple[Button, ...]:
    return (
        Button("确认交卷", f"{END_TAP}:{at.sitting.attempt}"),
        Button("返回作答", _key(at, Step.GO, _back(at)), 2),
    )
