"""What a 申报 says in one line: `讲座 11-20 半天 行政处罚法培训`.

The form comes first. Days, lengths, content classes and what stands behind `主办：` or `佐证：` are taken wherever
they are; what is left, in its own spelling, is the title. Words may run into one another behind the form and
behind a day (`讲座11-20半天行政处罚法培训`). Nothing is guessed: what is missing is asked for, what cannot be is
named.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from training.cell_words import folded, looks_like_id_card
from training.claim_said import Said
from training.claim_when_words import PARTS, certified_from, days_from, minutes_from
from training.claim_word_errors import (
    DaysByDates,
    HalfOfSeveral,
    IdentityNumber,
    NotUnderstood,
    SaidTwice,
    TooLongWords,
    UnknownClass,
)
from training.content import ContentClass, UnknownContentClass, content_classes
from training.crediting import DayPart
from training.forms import Form
from training.names import FORMS

MOST_TITLE: Final = 100
MOST_ORGANISER: Final = 60
MOST_EVIDENCE: Final = 200
_FORMS: Final[Mapping[str, Form]] = {
    **{folded(name): Form(form) for form, name in FORMS.items()},
    **dict.fromkeys(("讲座", "法治讲座", "法律讲座", "报告会"), Form.LECTURE),
    **dict.fromkeys(("培训", "业务", "专业培训"), Form.PROFESSIONAL),
    **dict.fromkeys(
        ("会前学法", "中心组", "中心组学习", "中心组学法", "单位学法", "集体学习", "学法"), Form.COLLECTIVE
    ),
    **dict.fromkeys(("脱产", "脱产班", "脱产学习"), Form.OFF_JOB),
    **dict.fromkeys(("网课", "网络", "网络学习", "网络培训", "网上学习", "在线课程", "在线学习"), Form.ONLINE),
    **dict.fromkeys(("旁听", "庭审", "庭审旁听", "观摩庭审"), Form.COURT_HEARING),
    **dict.fromkeys(("讲课", "授课", "法治课", "上法治课"), Form.TEACHING),
    **dict.fromkeys(("考试", "年度考试"), Form.EXAM),
    **dict.fromkeys(("竞赛", "比赛", "练兵比武", "比武"), Form.COMPETITION),
    **dict.fromkeys(("评查", "案例编写"), Form.CASE_REVIEW),
    **dict.fromkeys(("研讨",), Form.CASE_STUDY),
}
_LONGEST: Final = max(map(len, _FORMS))
_LABELS: Final = {
    **dict.fromkeys(("主办", "主办单位", "组织单位", "举办单位"), "organiser"),
    **dict.fromkeys(("佐证", "存放", "存放位置", "佐证编号"), "evidence"),
    **dict.fromkeys(("类别", "内容类别"), "classes"),
    **dict.fromkeys(("内容", "名称", "题目", "主题", "标题"), "title"),
}
_LABELLED: Final = re.compile(
    rf"(?:^|(?<=[\s,;，；。]))({'|'.join(sorted(_LABELS, key=len, reverse=True))})[:：]\s*([^\s;；]+)"
)
_TOKEN: Final = re.compile(r"[^\s,;，；]+")
_JOINED: Final = re.compile(r"(?<=\S)\s*(至|到|~|—)\s*(?=\d)")  # `11-20 至 11-22` is one word
_SEVERAL_DAYS: Final = re.compile(r"([二两三四五六七八九十]|[2-9]|[1-9]\d)天半?")
_PRIZE: Final = re.compile(r"(?:荣?获|得)?.{0,8}奖")
_NAMES: Final = {"days": "日期", "length": "时长", "hours": "学时"}
_CLASSES: Final = frozenset(str(one) for one in ContentClass)
_LEADING: Final = re.compile(r"^(?:共|时长|时间|日期)[:：]?(?=\d)")
_LINK: Final = r"(?:-|~|—|–|至|到)+"
_DAY_HEAD: Final = re.compile(
    rf"(?:\d{{4}}[-/.年])?\d{{1,2}}[-/.月]\d{{1,2}}[日号]?"
    rf"(?:{_LINK}(?:(?:\d{{4}}[-/.年])?\d{{1,2}}[-/.月])?\d{{1,2}}[日号]?(?![\d:点时]))?"
)
_CLOCK: Final = r"(?:上午|下午|晚上)?\d{1,2}(?::\d{2}|[点时](?:半|\d{1,2}分?)?)"
_LENGTH_HEAD: Final = re.compile(
    rf"{_CLOCK}{_LINK}{_CLOCK}|上午|下午|半天|全天(?!候)|\d{{1,3}}(?:\.\d{{1,2}})?(?:个?小时|分钟|学时|课时)"
)


def form_from(words: str) -> str:
    """The form that these words alone name; empty when they name none."""
    return _FORMS.get(folded(words), "")


def read(text: str, today: date, *, known: Said | None = None, titled: bool = False) -> Said:
    """One line, added to what was known. `titled`: what is asked for is the title, so that all of it is one.

    Raises: WordRefusal.
    """
    if looks_like_id_card(text):
        raise IdentityNumber
    plain, labelled = _labels(text.strip())
    said = _labelled(known or Said(), labelled)
    if titled:
        return _checked(replace(said, title=" ".join(plain.split()) or said.title))
    return _checked(_Reader(today, said).read(_JOINED.sub(r"\1", plain)))


def amend(text: str, today: date, known: Said) -> Said:
    """What changes one that lacks nothing: only facts and what has a label, never words alone.

    Raises: WordRefusal.
    """
    if looks_like_id_card(text):
        raise IdentityNumber
    plain, labelled = _labels(text.strip())
    reader = _Reader(today, _labelled(known, labelled))
    said = _checked(reader.read(_JOINED.sub(r"\1", plain)))
    if reader.title or said == known:
        raise NotUnderstood(reader.title or text.strip())
    return said


def _labels(text: str) -> tuple[str, dict[str, str]]:
    found = {_LABELS[match[1]]: match[2].strip("，,。") for match in _LABELLED.finditer(text)}
    return _LABELLED.sub(" ", text), found


def _labelled(said: Said, labels: Mapping[str, str]) -> Said:
    classes = said.classes
    if "classes" in labels:
        try:
            classes = tuple(str(one) for one in content_classes(labels["classes"]))
        except UnknownContentClass as unknown:
            raise UnknownClass(unknown.text) from None
    return replace(
        said,
        classes=classes,
        title=labels.get("title", said.title),
        organiser=labels.get("organiser", said.organiser),
        evidence=labels.get("evidence", said.evidence),
    )


class _Reader:
    """Takes word after word; what is no fact is kept for the title, with what stood between."""

    def __init__(self, today: date, known: Said) -> None:
        self._today = today
        self._said = known
        self._taken: set[str] = set()
        self._several = ""
        self._half = False
        self._title = ""
        self._title_end = -1  # where in the text the last word of the title ended

    def read(self, text: str) -> Said:
        for match in _TOKEN.finditer(text):
            rest = self._without_facts(match[0], begins=match.start() == 0)
            if rest:
                between = text[self._title_end : match.start()] if self._title_end >= 0 else ""
                self._title += (between if _TOKEN.search(between) is None else " ") + rest
                self._title_end = match.end()
        return self._result()

    def _without_facts(self, word: str, *, begins: bool) -> str:
        """What of a word is no fact: nothing, all of it, or what stands behind a form or day at its beginning."""
        plain = _LEADING.sub("", unicodedata.normalize("NFKC", word))
        form = _form_in(plain) if begins and not self._said.form else ""
        if form:
            self._said = replace(self._said, form=_FORMS[folded(form)])
            plain = plain[len(form) :]
        runs_on = bool(form)
        while plain and not self._take(plain):
            head = self._head(plain, runs_on=runs_on)
            if not head:
                return plain if runs_on else word
            self._take(head)
            plain, runs_on = plain[len(head) :], True
        return ""

    def _head(self, plain: str, *, runs_on: bool) -> str:
        """A day that begins the word, or a length that stands behind one."""
        day = None if "days" in self._taken else _DAY_HEAD.match(plain)
        length = _LENGTH_HEAD.match(plain) if runs_on else None
        found = length or day
        return found[0] if found else ""

    def _take(self, word: str) -> bool:
        """One fact, or none. Raises: WordRefusal."""
        return self._take_days(word) or self._take_length(word) or self._take_other(word)

    def _take_days(self, word: str) -> bool:
        days = days_from(word, self._today)
        if days is None:
            return False
        self._once("days", word)
        starts, ends, first, last = days
        self._said = replace(self._said, starts=starts, ends=ends)
        if first or last:
            whole = DayPart.WHOLE
            self._said = replace(self._said, first=first or whole, last=last or whole, minutes=None)
        return True

    def _take_length(self, word: str) -> bool:
        minutes, hours = minutes_from(word), certified_from(word)
        if minutes is not None:
            self._once("length", word)
            self._said = replace(self._said, minutes=minutes, first=None, last=None)
        elif hours is not None:
            self._once("hours", word)
            self._said = replace(self._said, hours=hours)
        elif word in PARTS:
            if "length" not in self._taken:  # 下午 14:00-16:30
                self._half = PARTS[word] is DayPart.HALF
                self._said = replace(self._said, first=PARTS[word], last=PARTS[word], minutes=None)
        elif _SEVERAL_DAYS.fullmatch(word):
            self._several = word
        else:
            return False
        return True

    def _take_other(self, word: str) -> bool:
        if word in _CLASSES:
            self._said = replace(self._said, classes=tuple(dict.fromkeys((*self._said.classes, word))))
            return True
        if self._said.form == Form.COMPETITION and _PRIZE.fullmatch(word):
            self._said = replace(self._said, prize=True)
            return True
        return False

    def _once(self, what: str, word: str) -> None:
        if what in self._taken:
            raise SaidTwice(_NAMES[what], word)
        self._taken.add(what)

    def _result(self) -> Said:
        """Raises: DaysByDates, HalfOfSeveral."""
        said = self._said
        if self._half and said.minutes is None and said.starts and said.ends and (said.ends - said.starts).days > 1:
            raise HalfOfSeveral(said.starts, said.ends)
        if self._several and said.starts == said.ends:
            raise DaysByDates(self._several)
        return replace(said, title=self.title or said.title or "、".join(said.classes))

    @property
    def title(self) -> str:
        return self._title.strip(" ，,；;。")


def _form_in(word: str) -> str:
    """The form as which the word begins: all of it, or followed by a day or a length."""
    for end in range(min(len(word), _LONGEST), 0, -1):
        if folded(word[:end]) in _FORMS and (end == len(word) or word[end].isdigit()):
            return word[:end]
    return ""


def _checked(said: Said) -> Said:
    """Raises: TooLongWords."""
    for what, text, most in (
        ("内容", said.title, MOST_TITLE),
        ("主办单位", said.organiser, MOST_ORGANISER),
        ("佐证", said.evidence, MOST_EVIDENCE),
    ):
        if len(text) > most:
            raise TooLongWords(what, most)
    return said
