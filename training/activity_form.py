"""新建活动: the form that is filled in, as labelled lines or in one line, and what of it still lacks. Pure.

Units, people and the audience are words here; `handlers.actions.activity_drafting` looks them up. A draft without a
time has the session `NO_SESSION`.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final, NamedTuple

from msgspec.structs import replace

from training.activities import Hearing, HeldBy, Session, Settings
from training.activity_rules import HELD
from training.activity_when_words import looks_like_when, sessions_from
from training.activity_word_errors import (
    BadValue,
    IdentityNumberSaid,
    NotTaken,
    TooLongValue,
    UnknownClassWord,
    UnknownForm,
)
from training.cell_words import folded, listed, looks_like_id_card, yes_or_no
from training.claim_said import named_classes
from training.claim_words import form_from
from training.content import ContentClass, UnknownContentClass, content_classes
from training.forms import Form

NO_SESSION: Final = Session(datetime(2000, 1, 1, tzinfo=UTC), datetime(2000, 1, 1, tzinfo=UTC))
MOST_CHARACTERS: Final = 100
MOST_LIST: Final = 20
NOTHING: Final = frozenset({"无", "没有", "不填", "-", "—", "/"})


class Key(StrEnum):
    """The labels, in the order in which they are taken."""

    HELD_BY = "级别"
    HOST = "主办单位"
    UNITS = "联合单位"
    TITLE = "标题"
    FORM = "形式"
    WHEN = "时间"
    PLACE = "地点"
    ORGANISER = "组织者"
    SPEAKER = "主讲"
    CLASSES = "内容类别"
    LAWS = "法律"
    AUDIENCE = "范围"
    SIGN_OUT = "签退"
    PLAN = "学法计划"
    COURT = "法院"
    CASE = "案号"
    KIND = "案件类型"
    MODE = "旁听方式"


class Entry(NamedTuple):
    key: Key
    value: str


_ALSO: Final = {
    **{key.value: key for key in Key},
    **dict.fromkeys(("名称", "题目", "主题", "活动名称"), Key.TITLE),
    **dict.fromkeys(("学习形式", "类型", "活动形式"), Key.FORM),
    **dict.fromkeys(("日期", "活动时间"), Key.WHEN),
    **dict.fromkeys(("地址", "场地", "活动地点"), Key.PLACE),
    **dict.fromkeys(("主讲人", "讲师", "授课人"), Key.SPEAKER),
    **dict.fromkeys(("类别", "内容"), Key.CLASSES),
    **dict.fromkeys(("涉及法律", "法律法规"), Key.LAWS),
    **dict.fromkeys(("协办单位", "联办单位"), Key.UNITS),
    **dict.fromkeys(("主办",), Key.HOST),
    **dict.fromkeys(("参加范围", "参加人员", "对象"), Key.AUDIENCE),
    **dict.fromkeys(("是否签退", "需要签退"), Key.SIGN_OUT),
    **dict.fromkeys(("计划", "学法计划编号"), Key.PLAN),
    **dict.fromkeys(("组织人", "负责人"), Key.ORGANISER),
    **dict.fromkeys(("案由", "案件种类"), Key.KIND),
    **dict.fromkeys(("方式",), Key.MODE),
}
_LABELS: Final = "|".join(sorted(map(re.escape, _ALSO), key=len, reverse=True))
_LABELLED: Final = re.compile(rf"(?:^|[\n;；]|(?<=\s))[ \t]*(?P<label>{_LABELS})[ \t]*[:：][ \t]*")
_PLACE: Final = re.compile(r".*(?:室|厅|楼|堂|会场|馆|层|线上)")
_JOINED: Final = re.compile(r"(?<=\d)\s*(至|到|~|—|–|-)\s*(?=\d)")  # `11-20 至 11-22` is one word
_OWN_WORDS: Final = ("【新建活动】", "也可以一句话", "放弃请回复")
_ORDER: Final = {key: place for place, key in enumerate(Key)}


def entries(text: str) -> tuple[list[Entry], str]:
    """What is labelled and not left empty, in the order in which it is taken, and all that has no label.

    A value is one line, but for more times under the first. The form's own words are passed over.
    Raises: IdentityNumberSaid, TooLongValue.
    """
    if looks_like_id_card(text):
        raise IdentityNumberSaid
    labels = list(_LABELLED.finditer(text))
    found, loose = list[Entry](), [text[: labels[0].start()] if labels else text]
    for place, label in enumerate(labels):
        end = labels[place + 1].start() if place + 1 < len(labels) else len(text)
        key, (value, *below) = _ALSO[label["label"]], text[label.end() : end].split("\n")
        times = [line for line in below if key is Key.WHEN and looks_like_when(line)]
        loose += [line for line in below if line not in times]
        value = "；".join(filter(None, (value.strip(" \t\r;；"), *times)))
        if value:
            found.append(_checked(Entry(key, value)))
    lines = (line.strip() for part in loose for line in part.split("\n"))
    plain = "\n".join(line for line in lines if line and not line.startswith(_OWN_WORDS))
    return sorted(found, key=lambda one: _ORDER[one.key]), plain


def begins_with_label(text: str) -> bool:
    return _LABELLED.match(text.strip()) is not None


def _checked(entry: Entry) -> Entry:
    most = 5 * MOST_CHARACTERS if entry.key in (Key.WHEN, Key.AUDIENCE, Key.LAWS, Key.UNITS) else MOST_CHARACTERS
    if len(entry.value) > most:
        raise TooLongValue(entry.key, most)
    return entry


def one_line(text: str) -> list[Entry]:
    """`讲座 11-25 14:00-16:30 三楼会议室 行政处罚法培训`: the form first; what is left is the title."""
    labelled, plain = entries(text)
    words = _JOINED.sub(r"\1", plain).split()
    found = list[Entry]()
    if words and form_from(words[0]):
        found.append(Entry(Key.FORM, words.pop(0)))
    when = [word for word in words if looks_like_when(word)]
    classes = [word for word in words if word in list(ContentClass)]
    rest = [word for word in words if word not in when and word not in classes]
    place = next((word for word in rest if _PLACE.fullmatch(word)), "") if len(rest) > 1 else ""
    title = " ".join(word for word in rest if word != place)
    said = ((Key.WHEN, " ".join(when)), (Key.PLACE, place), (Key.CLASSES, "、".join(classes)), (Key.TITLE, title))
    found += [_checked(Entry(key, value)) for key, value in said if value]
    return sorted({one.key: one for one in (*found, *labelled)}.values(), key=lambda one: _ORDER[one.key])


def answering(text: str, lacks: Sequence[Key]) -> list[Entry]:
    """Words without a label answer what lacks: what they look like, else the first. Raises: NotTaken."""
    word = text.strip()
    if not lacks or "\n" in word:
        raise NotTaken(word[:MOST_CHARACTERS])
    alike = {
        Key.WHEN: looks_like_when(word),
        Key.FORM: bool(form_from(word)),
        Key.CLASSES: word in list(ContentClass),
    }
    key = next((key for key in lacks if alike.get(key)), lacks[0])
    return [_checked(Entry(key, word))]


def lacking(settings: Settings) -> tuple[Key, ...]:
    """What has to be said before it can be published."""
    hearing = settings.hearing or Hearing()
    sits = settings.form == Form.COURT_HEARING
    missing = {
        Key.TITLE: not settings.title,
        Key.FORM: not settings.form,
        Key.WHEN: settings.sessions == (NO_SESSION,),
        Key.CLASSES: not settings.classes,
        Key.COURT: sits and not hearing.court,
        Key.CASE: sits and not hearing.case,
        Key.KIND: sits and not hearing.kind,
    }
    return tuple(key for key, lacks in missing.items() if lacks)


def planned(settings: Settings, entry: Entry, now: datetime) -> Settings:
    """With one label taken that needs no looking up.

    Raises: BadWhen, UnknownForm, UnknownClassWord, BadValue.
    """
    key, value = entry
    empty = folded(value) in NOTHING
    match key:
        case Key.TITLE:
            return _classed(replace(settings, title=" ".join(value.split())))
        case Key.FORM:
            return _classed(_formed(settings, value))
        case Key.WHEN:
            return replace(settings, sessions=sessions_from(value, now))
        case Key.PLACE:
            return replace(settings, place="" if empty else value)
        case Key.CLASSES:
            return replace(settings, classes=_classes(value))
        case Key.LAWS:
            laws = tuple(one.strip("《》") for one in listed(value))
            return replace(settings, laws=() if empty else laws[:MOST_LIST])
        case Key.SIGN_OUT:
            return replace(settings, sign_out=_yes(key, value))
        case Key.PLAN:
            return replace(settings, plan=0 if empty else _number(key, value))
        case Key.HELD_BY:
            return replace(settings, held_by=_held_by(value))
    return _heard(settings, key, "" if empty else value)


def _formed(settings: Settings, value: str) -> Settings:
    form = form_from(value)
    if form not in HELD:
        raise UnknownForm(value)
    hearing = (settings.hearing or Hearing()) if form == Form.COURT_HEARING else None
    return replace(settings, form=str(form), hearing=hearing)


def _classed(settings: Settings) -> Settings:
    """The title may name its class."""
    return settings if settings.classes else replace(settings, classes=named_classes(settings.form, settings.title))


def _classes(value: str) -> tuple[str, ...]:
    try:
        found = tuple(str(one) for one in content_classes(value))
    except UnknownContentClass as unknown:
        raise UnknownClassWord(unknown.text) from None
    if not found:
        raise UnknownClassWord(value)
    return found


def _yes(key: Key, value: str) -> bool:
    said = yes_or_no({"要": "是", "需要": "是", "不要": "否", "不需要": "否", "不用": "否"}.get(value, value))
    if said is None:
        raise BadValue(key, value, ("是", "否"))
    return said


def _number(key: Key, value: str) -> int:
    plain = unicodedata.normalize("NFKC", value)
    if not re.fullmatch(r"\d{1,9}", plain):
        raise BadValue(key, value, ("编号",))
    return int(plain)


def _held_by(value: str) -> HeldBy:
    words = {
        "市级": HeldBy.CITY,
        "全市": HeldBy.CITY,
        "市": HeldBy.CITY,
        "单位": HeldBy.UNIT,
        "本单位": HeldBy.UNIT,
    }
    if value not in words:
        raise BadValue(Key.HELD_BY, value, ("市级", "单位"))
    return words[value]


def _heard(settings: Settings, key: Key, value: str) -> Settings:
    """Court and case of a 旁听庭审."""
    hearing = settings.hearing or Hearing()
    match key:
        case Key.COURT:
            return replace(settings, hearing=replace(hearing, court=value))
        case Key.CASE:
            return replace(settings, hearing=replace(hearing, case=value))
        case Key.KIND:
            return replace(settings, hearing=replace(hearing, kind=value))
        case Key.MODE:
            if value not in ("线上", "现场"):
                raise BadValue(key, value, ("现场", "线上"))
            return replace(settings, hearing=replace(hearing, online=value == "线上"))
    raise NotTaken(value)
