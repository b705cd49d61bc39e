"""Why words of a `群发` conversation were not taken, in a sentence that says what to send instead."""

from collections.abc import Sequence
from typing import Final

from handlers.texts.broadcasts import KEPT, moment
from training import broadcast_word_errors as errors
from training.broadcast_file import MOST_CREDIT
from training.broadcast_names import KINDS
from training.broadcast_word_errors import WordRefusal
from training.hours import decimal

_SHOWN: Final = 5
_WORDS_SHOWN: Final = 30


def refused(refusal: WordRefusal) -> str:
    return _of_content(refusal) or _of_audience(refusal) or _of_time(refusal) or _not_understood(refusal)


def _not_understood(refusal: WordRefusal) -> str:
    words = refusal.words if isinstance(refusal, errors.NotUnderstood) else ""
    return f"没有看懂“{_cut(words)}”，{KEPT}" if words.strip() else f"没有看懂，{KEPT}"


def _cut(words: str) -> str:
    line = " ".join(words.split())
    return line if len(line) <= _WORDS_SHOWN else f"{line[:_WORDS_SHOWN]}…"


def _listed(words: Sequence[str]) -> str:
    more = f"等 {len(words)} 个" if len(words) > _SHOWN else ""
    return "".join(f"“{_cut(word)}”" for word in words[:_SHOWN]) + more


def _units(found: Sequence[tuple[str, str]]) -> str:
    more = "等" if len(found) > _SHOWN else ""
    return "、".join(f"{path}（{code}）" for code, path in found[:_SHOWN]) + more


def _of_content(refusal: WordRefusal) -> str:
    match refusal:
        case errors.ByFile():
            kind = KINDS[refusal.kind]
            return f"{kind}不能在聊天中群发，请在服务器上用 xuefa broadcast 发送。这里请回复“通知”“答题”或“统计”。"
        case errors.NoText():
            return "只有标题，没有正文。请把标题和正文放在同一条消息里再发一次。"
        case errors.LongTitle():
            return f"标题有 {refusal.found} 个字，最多 {refusal.most} 个，请缩短后连同正文再发一次。"
        case errors.LongText():
            return f"正文有 {refusal.found} 个字，最多 {refusal.most} 个，请缩短后再发一次。"
        case errors.NoSuchQuestions():
            return f"题库中没有编号{_listed(refusal.ids)}，这条没有加入，请核对后再发一次。"
        case errors.BadQuestion():
            return "这道题没有加入：\n" + "\n".join(refusal.problems[:_SHOWN])
    return _of_places(refusal)


def _of_places(refusal: WordRefusal) -> str:
    match refusal:
        case errors.WrongKind():
            return "群发只能用单选题、多选题和判断题，这道题没有加入。"
        case errors.MoreThan() if refusal.found > refusal.most:
            return f"最多 {refusal.most} 题，这样会有 {refusal.found} 题，没有加入。可以先用“删 1”去掉第 1 题。"
        case errors.MoreThan():
            return f"请写明抽几题（1 到 {refusal.most}），如“抽 3”。"
        case errors.NoQuestionYet():
            return "还没有题目，请先发题目，如“抽 3”。"
        case errors.NoSuchPlace():
            return f"现有 {refusal.of} 题，没有第 {refusal.place} 题。"
    return ""


def _of_audience(refusal: WordRefusal) -> str:
    match refusal:
        case errors.UnknownNames():
            near = (
                f"是不是：{_units(refusal.near)}？请用名称或括号中的代码再发一次。"
                if refusal.near
                else "请核对后再发一次。"
            )
            where = "单位、人员编号、账号和类别中都没有，或不在您的管辖单位内"
            return f"没有找到{_listed(refusal.names)}（{where}）。{near}"
        case errors.SeveralUnits():
            return f"“{refusal.name}”可能是：{_units(refusal.found)}。请用括号中的单位代码再发一次。"
        case errors.UnitOrPerson():
            word = refusal.word
            return f"“{word}”既是单位也是人员，请写成“单位:{word}”或“人员:{word}”再发一次。"
        case errors.AllAndUnits():
            return "“全部”不能和单位或人员写在一起。请只写“全部”，或只写单位和人员。"
        case errors.SomeWithoutBelow():
            return (
                f"{_listed(refusal.names)}写了“不含下级”，别的单位没有写，一次群发只能都含或都不含。"
                "请在最后写一个“不含下级”，或分两次群发。"
            )
        case errors.PersonsAndGroups():
            return "只写了人员编号时不能再选类别。请写“单位 的 类别”，或只写人员编号。"
        case errors.Beyond():
            managed = f"您的管辖单位是{_listed(refusal.managed)}及下级" if refusal.managed else "您还没有管辖单位"
            return f"{_listed(refusal.names)}不在您的管辖单位内，不能发。{managed}。"
    return ""


def _of_time(refusal: WordRefusal) -> str:
    match refusal:
        case errors.NoMoment() if refusal.until:
            return (
                f"截止时间“{_cut(refusal.words)}”没有看懂。请写成“截止 11-27 18:00”“截止 明天 18:00”或“截止 3天”。"
            )
        case errors.NoMoment():
            said = f"发送时间“{_cut(refusal.words)}”没有看懂" if refusal.words.strip() else "还没有写什么时候发"
            return f"{said}。请写“现在”“明天 9:07”“11-27 14:10”“每周一 9:07”或“每月第一个工作日”。"
        case errors.NoHour():
            return f"“{_cut(refusal.words)}”没有写几点，请连同时间再发一次，如“{_cut(refusal.words)} 9:07”。"
        case errors.Past():
            return f"{moment(refusal.at)}已经过去，请写以后的时间。"
        case errors.OnlyForQuizzes():
            return f"“{refusal.word}”只用于答题，这里只写什么时候发。"
        case errors.BadCredit():
            most = decimal(MOST_CREDIT)
            return f"“{_cut(refusal.words)}”没有看懂：每题学时写到 0.01，最多 {most}，如“计 0.1 学时”。"
        case errors.FixedEnd():
            return "定期发送的答题不能写固定的截止日期，请写几天，如“截止 3天”。"
        case errors.NoUrgency() if refusal.city:
            return "只有通知可以加急。"
        case errors.NoUrgency():
            return "加急只限市级管理员。"
    return ""
