"""The words of a `群发` conversation, read without looking anything up.

Case, full-width letters and stray blanks do not matter in a word; what is sent keeps its own spelling. Nothing is
guessed: what cannot be read is None or a refusal.
To whom is read by `broadcast_audience_words`, when by `broadcast_when_words`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from question_bank.numerals import arabic
from training.broadcast_file import KIND_WORDS, TITLE_CHARACTERS
from training.broadcast_file_content import TEXT_CHARACTERS
from training.broadcast_word_errors import ByFile, LongText, LongTitle, NotUnderstood
from training.broadcasts import Kind
from training.cell_words import folded

_CLOSING: Final = "。.!?！？~,，;；"
_BETWEEN: Final = r"[\s:：,，]*"
_DIGITS: Final = {ord("０") + digit: str(digit) for digit in range(10)}


class Order(StrEnum):
    """What stands behind `群发`."""

    BEGIN = "begin"
    LIST = "list"
    SHOW = "show"
    RECALL = "recall"
    CANCEL = "cancel"
    RESEND = "resend"
    GIVE_UP = "give_up"


@dataclass(frozen=True, slots=True)
class Command:
    """`note`: the reason of a recall. `sure`: what may reach somebody twice is wanted all the same."""

    order: Order
    number: int = 0
    note: str = ""
    sure: bool = False
    kind: Kind | None = None


def _spaced(words: Iterable[str]) -> str:
    """A pattern of these words, with blanks anywhere inside."""
    return "|".join(r"\s*".join(word) for word in words)


KINDS: Final = {**KIND_WORDS, "题目": Kind.QUIZ, "1": Kind.NOTICE, "2": Kind.QUIZ, "3": Kind.STATISTICS}
_ORDERS: Final = {
    "撤回": Order.RECALL,
    "取消": Order.CANCEL,
    "补发": Order.RESEND,
    "重发": Order.RESEND,
    "放弃": Order.GIVE_UP,
    "不重发": Order.GIVE_UP,
    "结果": Order.SHOW,
    "查看": Order.SHOW,
}
_LISTS: Final = frozenset({"列表", "清单", "记录"})
_SURE: Final = frozenset({"确认", "确定"})
_WORD: Final = _spaced(_ORDERS)
_NUMBER: Final = rf"(?:编号|第)?\s*(?P<number>\d{{1,9}})(?!\d)号?{_BETWEEN}"
_NUMBERED: Final = (
    re.compile(rf"(?P<word>{_WORD}){_BETWEEN}{_NUMBER}(?P<rest>.*)", re.DOTALL),
    re.compile(rf"{_NUMBER}(?P<word>{_WORD}|){_BETWEEN}(?P<rest>.*)", re.DOTALL),
)
_DONE: Final = frozenset({"好了", "完成", "完了", "没有了", "就这些", "下一步"})
_ENDS_DONE: Final = re.compile(rf"[\s,，;；、。]+(?:{_spaced(sorted(_DONE))})\s*[。.!！]*\s*$")
_TITLED: Final = re.compile(r"\s*标\s*题\s*[:：]\s*([^\n]*)(?:\n(.*))?", re.DOTALL)
_DRAW: Final = re.compile(r"(?:随机)?抽(?:取)?(\d{1,3}|[一二两三四五六七八九十]{1,3})[道个题条]*(.*)")
_TAKE_OUT: Final = re.compile(r"(?:删除|删掉|删|去掉)第?(\d{1,2})[题道]?")
_ID: Final = re.compile(r"[A-Za-z0-9_.:-]*\d[A-Za-z0-9_.:-]*")
_TOKENS: Final = r"[\s、,，;；]+"


def bare(text: str) -> str:
    """For comparing with a word: folded, without the signs that close a sentence."""
    return folded(text).strip(_CLOSING)


def command_from(rest: str) -> Command | None:
    """What was typed behind `群发`: nothing, `列表`, a kind, `12`, or `撤回 12 原因`; None for anything else."""
    word = bare(rest)
    if not word:
        return Command(Order.BEGIN)
    if word in _LISTS:
        return Command(Order.LIST)
    kind = word.removeprefix("新建")
    if kind in KINDS and not kind.isdigit():
        return Command(Order.BEGIN, kind=KINDS[kind])
    plain = rest.translate(_DIGITS).strip()
    found = _NUMBERED[0].fullmatch(plain) or _NUMBERED[1].fullmatch(plain)
    return _numbered(found) if found else None


def _numbered(found: re.Match[str]) -> Command | None:
    order, number = _ORDERS[folded(found["word"])] if found["word"] else Order.SHOW, int(found["number"])
    note, word = found["rest"].strip(), bare(found["rest"])
    if order is Order.RECALL:
        return Command(order, number, note=note)
    if order is Order.RESEND and word in _SURE:
        return Command(order, number, sure=True)
    return None if word or not number else Command(order, number)


def kind_from(text: str) -> Kind:
    """Raises: ByFile, NotUnderstood."""
    kind = KINDS.get(bare(text).removeprefix("发"))
    if kind is None:
        raise NotUnderstood(text)
    if kind in (Kind.PICTURE, Kind.FILE):
        raise ByFile(kind)
    return kind


def notice_from(text: str) -> tuple[str, str]:
    """Title, which may be empty, and text. The title is the first line when that begins with `标题：`.

    Raises: LongTitle, LongText. A text may be empty: whoever asks for it says so.
    """
    plain = text.replace("\r\n", "\n")
    found = _TITLED.fullmatch(plain)
    title, said = (found[1].strip(), found[2] or "") if found else ("", plain)
    if len(title) > TITLE_CHARACTERS:
        raise LongTitle(len(title), TITLE_CHARACTERS)
    whole = said.strip()
    if len(whole) > TEXT_CHARACTERS:
        raise LongText(len(whole), TEXT_CHARACTERS)
    return title, whole


@dataclass(frozen=True, slots=True)
class Draw:
    count: int
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeOut:
    """The place counts from 1."""

    place: int


@dataclass(frozen=True, slots=True)
class Ids:
    """What may be ids of the bank; `surely`: it cannot be anything else."""

    ids: tuple[str, ...]
    surely: bool


@dataclass(frozen=True, slots=True)
class Written:
    text: str


@dataclass(frozen=True, slots=True)
class QuizWords:
    """`what` is None where only `好了` was said; `done`: nothing more is to come."""

    what: Draw | TakeOut | Ids | Written | None
    done: bool


def quiz_from(text: str) -> QuizWords:
    """`xzcf-0012 xzcf-0013`, `抽 3 行政处罚法`, a question, `删 2`, each also with `好了` behind it."""
    if bare(text) in _DONE:
        return QuizWords(None, done=True)
    ends = _ENDS_DONE.search(text)
    return QuizWords(_content(text[: ends.start()] if ends else text), done=ends is not None)


def _content(text: str) -> Draw | TakeOut | Ids | Written:
    plain = unicodedata.normalize("NFKC", text).strip()
    if "答案" in plain:
        return Written(text)
    drawn = _draw(plain)
    if drawn is not None:
        return drawn
    taken_out = _TAKE_OUT.fullmatch(bare(plain))
    if taken_out is not None:
        return TakeOut(int(taken_out[1]))
    tokens = tuple(dict.fromkeys(token for token in re.split(_TOKENS, plain) if token))
    surely = bool(tokens) and all(_ID.fullmatch(token) for token in tokens)
    return Ids(tokens, surely) if surely or "\n" not in plain else Written(text)


def _draw(plain: str) -> Draw | None:
    """Blanks matter only between topics."""
    found = _DRAW.fullmatch(re.sub(r"(?<=[抽取\d])\s+(?=[\d道题个条])", "", plain.replace("抽 ", "抽")))
    if found is None:
        return None
    count = int(found[1]) if found[1].isdigit() else arabic(found[1])
    topics = tuple(dict.fromkeys(word for word in re.split(_TOKENS, found[2].strip(_CLOSING)) if word))
    return Draw(count, topics) if count is not None else None
