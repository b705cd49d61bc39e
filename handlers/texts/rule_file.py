"""What is wrong with a rule file, in one sentence that goes on from 规则文件 X 中."""

from collections.abc import Mapping, Sequence
from typing import Final

from training import rule_errors as errors
from training.rule_document import hours_text
from training.rule_errors import BadRules, Kind, Place

_KINDS: Final[Mapping[Kind, str]] = {
    Kind.TABLE: "用 [[名称]] 开头的表",
    Kind.TEXT: "加引号的文本",
    Kind.TEXTS: '加引号的文本列表，如 ["甲", "乙"]',
    Kind.FLAG: " true 或 false",
    Kind.WHOLE: "整数（不加引号）",
    Kind.DAY: "不加引号的日期，如 2026-07-01",
    Kind.AMOUNT: '加引号的学时数，如 "20"，最多两位小数',
    Kind.LIMIT: '加引号的学时数，如 "20"，或 "不限"',
    Kind.TIMES: '加引号的整数，如 "2"',
    Kind.FACTOR: '加引号的数或分数，如 "2"、"1/7"',
}


def said(error: BadRules) -> str:
    where = _where(error.place)
    if isinstance(error, errors.SameDay):
        what = f"（{error.what}）" if error.what else ""
        day = f"都自 {error.day} 起施行" if error.day else "都没有写施行日期 from"
        return f"{where}{what}与第 {error.earlier} 个{day}，请只保留一个或改日期。"
    return f"{where} 的{_what(error)}" if error.place.table else f"{where}的{_what(error)}"


def _where(place: Place) -> str:
    return f"第 {place.number} 个 [[{place.table}]]" if place.table else "顶层"


def _what(error: BadRules) -> str:
    match error:
        case errors.UnknownKey():
            return f"键 {error.key} 不认识，可用的键：{_listed(error.known)}。请改正拼写或删除。"
        case errors.MissingKey():
            return f" {error.key} 没有填写，请补上。"
        case errors.WrongValue():
            return f" {error.key} 应为{_KINDS[error.wanted]}，请改正。"
        case errors.Negative():
            return f" {error.key} 不能是负数，请改正。"
        case errors.NotPositive():
            return f" {error.key} 应大于 0，请改正。"
        case errors.OutOfRange():
            return f" {error.key} 应在 {error.lowest} 到 {error.highest} 之间，请改正。"
        case errors.UnknownWord():
            return f" {error.key} “{error.word}”不认识，应为：{_listed(error.known)}。"
        case errors.UnknownStatusName():
            return (
                f"人员状态“{error.name}”不认识，已有：{_listed(error.known)}。"
                "请改正；确要新增一种状态，请写明 new = true。"
            )
        case errors.Reserved():
            return f"人员状态“{error.name}”由程序自用，不能改，请删去这一节。"
    return _of_rows(error)


def _of_rows(error: BadRules) -> str:
    """Mistakes that only show when rows are seen together."""
    match error:
        case errors.LeastOverMost():
            least, most = hours_text(error.least), hours_text(error.most)
            return f" least（{least} 学时）大于 most（{most} 学时），请改正。"
        case errors.NoEffect():
            return f" {error.key} 对 {error.what} 不起作用，这里可用的键：{_listed(error.known)}。请删除。"
        case errors.EndsBeforeStart():
            return f" until（{error.ends}）早于 from（{error.starts}），请改正。"
        case errors.WordTaken():
            return f"名称或别名“{error.word}”已属于人员状态“{error.by}”，请换一个或用“{error.by}”。"
    return "内容有误，请对照 xuefa rules init 写出的样例改正。"


def missing_statuses(names: Sequence[str]) -> str:
    return (
        f"名册中有规则中没有的人员状态：{'、'.join(names)}。"
        "请在规则文件中补上（[[status]]，写明 new = true），或先变更这些人的状态。"
    )


def _listed(words: tuple[str, ...]) -> str:
    return "、".join(words)
