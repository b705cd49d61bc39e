"""What is said about 申报 to whoever claims: the questions, the preview, the state of one and the list of all."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final

from handlers.texts.words import FORMS, day, hours
from training.claim_said import Lacking
from training.claims import Claim, State, Stated
from training.crediting import DayPart
from training.evidence import Piece, Why
from training.evidence import State as PieceState
from training.forms import Form

STATES: Final[Mapping[State, str]] = {
    State.DRAFT: "未提交",
    State.SUBMITTED: "待审核",
    State.RETURNED: "退回补充",
    State.APPROVED: "已认定",
    State.REJECTED: "未通过",
    State.WITHDRAWN: "已撤回",
}
EXAMPLE: Final = "申报 讲座 11-20 半天 行政处罚法培训"
ASK_FORM: Final = (
    "【学时申报】请选学习形式：讲座、业务培训、集体学法、脱产培训、网络课程、讲法治课、技能竞赛、案卷评查、案例研讨、自学。\n"
    f"也可以一次说完，如：{EXAMPLE}\n不报了请回复“取消”。"
)
ASK_WHEN: Final = "请说日期和时长，如：11-20 14:00-16:30，11-20 半天，11-16至11-20 全天。"
ASK_WHEN_ONLINE: Final = "请说日期和平台证明的学时，如：11-01至11-20 3学时。"
ASK_WHEN_COMPETITION: Final = "请说日期和是否获奖，如：11-18 获奖，11-18 参加。"
ASK_LENGTH: Final = "请说时长，如：14:00-16:30，90分钟，半天，全天。"
ASK_LENGTH_ONLINE: Final = "请说平台证明的学时，如：3学时。"
ASK_TITLE: Final = "请说学习内容，如：行政处罚法培训。"
CANCELLED: Final = "这次申报没有提交，已取消。"
GONE: Final = "这份申报草稿已不在了。重新申报请回复“申报”。"
NONE_YET: Final = f"您还没有申报过。申报请回复“申报”，也可以一次说完，如：{EXAMPLE}"
NOT_UNDERSTOOD_HERE: Final = (
    "要改内容请写“内容：…”，也可改日期、时长、“主办：…”“佐证：…”“类别：…”；提交请回复“确认”，不报了请回复“取消”。"
)
NO_CLAIM_FOR_PICTURE: Final = (
    f"收到图片，但没有可以放入的申报，图片没有保存。请先申报，如：{EXAMPLE}，再发图片；佐证不强制。"
)
_VOLUNTARY: Final = "有照片等佐证可以直接发图片，不强制。"
_LISTED_TITLE: Final = 20
_WHY: Final[Mapping[str, str]] = {
    Why.GONE: "企业微信已取不到原图",
    Why.LARGE: "超过 10 MB",
    Why.TYPE: "不是 JPG、PNG、WEBP、HEIC 图片或 PDF",
    Why.LATE: "三天内没有取到",
}


def question(lacking: Lacking, form: str) -> str:
    """What is asked next."""
    match lacking:
        case Lacking.FORM:
            return ASK_FORM
        case Lacking.TITLE:
            return ASK_TITLE
        case Lacking.LENGTH:
            return ASK_LENGTH_ONLINE if form == Form.ONLINE else ASK_LENGTH
    by_form = {Form.ONLINE.value: ASK_WHEN_ONLINE, Form.COMPETITION.value: ASK_WHEN_COMPETITION}
    return by_form.get(form, ASK_WHEN)


def asking(lacking: Lacking, stated: Stated, *, given_up: bool = False) -> str:
    """With what was understood so far."""
    said = f"已记下：{form_name(stated.form)}。" if stated.form and lacking is not Lacking.FORM else ""
    before = "原先没有提交的草稿已放弃。" if given_up else ""
    return f"{before}{said}{question(lacking, stated.form)}"


def form_name(form: str) -> str:
    return FORMS.get(form, form)


def days(stated: Stated) -> str:
    """`11月20日`, or `2026年12月30日 至 2027年1月2日`."""
    if stated.starts == stated.ends:
        return day(stated.starts)
    if stated.starts.year == stated.ends.year:
        return f"{day(stated.starts)}至{day(stated.ends)}"
    return f"{stated.starts.year}年{day(stated.starts)}至{stated.ends.year}年{day(stated.ends)}"


def length(stated: Stated) -> str:
    """`150 分钟`, `半天`, `平台证明 3 学时`, `获奖`."""
    if stated.form == Form.COMPETITION:
        return "获奖" if stated.prize else "参加"
    if stated.minutes is not None:
        return f"{stated.minutes} 分钟"
    if stated.hours is not None:
        return f"平台证明 {stated.hours} 学时"
    halves = (stated.first is DayPart.HALF, stated.last is DayPart.HALF)
    if stated.starts == stated.ends:
        return "半天" if any(halves) else "全天"
    ends = "、".join(name for name, half in zip(("首日半天", "末日半天"), halves, strict=True) if half)
    return ends or "全天"


def short(stated: Stated, *, title: int = 0) -> str:
    """One line; `title`: how many characters of it at most, 0 for all."""
    named = stated.title if not title or len(stated.title) <= title else f"{stated.title[: title - 1]}…"
    return f"{days(stated)} {form_name(stated.form)} {length(stated)} {named}"


def _fields(stated: Stated, pieces: Sequence[Piece]) -> Iterable[str]:
    yield f"形式：{form_name(stated.form)}"
    yield f"时间：{days(stated)}，{length(stated)}"
    yield f"内容：{stated.title}"
    if stated.classes:
        yield f"类别：{'、'.join(stated.classes)}"
    if stated.organiser:
        yield f"主办：{stated.organiser}"
    if stated.evidence or pieces:
        yield f"佐证：{'；'.join(filter(None, (evidence(pieces), stated.evidence)))}"


def evidence(pieces: Sequence[Piece]) -> str:
    """`E12、E13（正在保存）、E14（没有保存：超过 10 MB）`."""
    return "、".join(map(_piece, pieces))


def _piece(piece: Piece) -> str:
    match piece.state:
        case PieceState.WAITING:
            return f"{piece.name}（正在保存）"
        case PieceState.FAILED:
            return f"{piece.name}（没有保存：{_WHY.get(piece.reason, piece.reason)}）"
    return piece.name


def preview(stated: Stated, worth: int, pieces: Sequence[Piece] = ()) -> str:
    said = ["【申报预览】", *_fields(stated, pieces), f"预计学时：{hours(worth)}（以审核和年度上限为准）"]
    return "\n".join((*said, "提交请回复“确认”，不报了请回复“取消”；要改直接说，如“内容：…”“主办：…”。"))


def handed_in(claim: Claim, worth: int, level: str) -> str:
    """`level`: the name of the unit whose admins decide, empty for the city's."""
    said = f"申报 {claim.number} 已提交：{short(claim.stated)}，预计 {hours(worth)} 学时（以审核和年度上限为准）。"
    said += f"由{whose(level)}审核{until(claim.due)}。"
    if claim.doubles:
        said += f"\n疑似重复，审核时会核对：{'；'.join(claim.doubles)}。"
    return f"{said}\n{_VOLUNTARY}撤回请回复“撤回申报 {claim.number}”。"


def whose(level: str) -> str:
    return f"{level}的管理员" if level else "市级管理员"


def until(due: date | None) -> str:
    return f"，{day(due)}前未审核的转上一级" if due else ""


def mine(claims: Sequence[Claim], draft: Claim | None = None) -> str:
    """`draft`: what is being put together."""
    lines = [f"{one.number} {STATES[one.state]} {short(one.stated, title=_LISTED_TITLE)}" for one in claims]
    if draft is not None:
        lines.append(f"{draft.number} {STATES[draft.state]}，接着填写请回复“申报 {draft.number}”")
    if not lines:
        return NONE_YET
    return "\n".join(("【我的申报】", *lines, "查看请回复“申报 编号”，撤回请回复“撤回申报 编号”。"))


def whole(claim: Claim, pieces: Sequence[Piece], level: str, *, own: bool, name: str = "") -> str:
    """One with its state and the reason for it; to others also whose it is."""
    said = [f"【申报 {claim.number}】{STATES[claim.state]}", *([f"申报人：{name}"] if name else [])]
    said += _fields(claim.stated, pieces)
    said += _state(claim, level)
    if own:
        said += _next(claim)
    return "\n".join(said)


def _state(claim: Claim, level: str) -> list[str]:
    said = []
    if claim.state is State.SUBMITTED:
        said.append(f"由{whose(level)}审核{until(claim.due)}。")
        if claim.doubles:
            said.append(f"疑似重复：{'；'.join(claim.doubles)}")
    elif claim.reason:
        said.append(f"{'审核意见' if claim.state is State.APPROVED else '理由'}：{claim.reason}")
    return said


def _next(claim: Claim) -> list[str]:
    if claim.state is State.SUBMITTED:
        return [f"{_VOLUNTARY}撤回请回复“撤回申报 {claim.number}”。"]
    if claim.state is State.RETURNED:
        return ["补充后再提交请回复“确认”；要改直接说，如“内容：…”“佐证：…”，也可发图片。"]
    return []


def withdrawn(number: int) -> str:
    return f"申报 {number} 已撤回。"


def cannot_keep_picture(claims: Iterable[Claim], piece: Piece) -> str:
    """Which one it is for is asked."""
    lines = "\n".join(f"{one.number} {short(one.stated, title=_LISTED_TITLE)}" for one in claims)
    return f"图片已收到（佐证 {piece.name}）。请说放入哪件申报，如“佐证 编号”：\n{lines}"


def picture_taken(piece: Piece, claim: Claim) -> str:
    here = "这份草稿" if claim.state is State.DRAFT else f"申报 {claim.number}"
    return f"图片已收到（佐证 {piece.name}），放入{here}。"


def attached(pieces: Sequence[Piece], number: int) -> str:
    return f"佐证 {'、'.join(piece.name for piece in pieces)} 已放入申报 {number}。"


def shown(number: int, pieces: Sequence[Piece]) -> str:
    """Before the pictures themselves."""
    return f"申报 {number} 的佐证：{evidence(pieces)}" if pieces else f"申报 {number} 没有图片佐证。"


def not_kept(piece: str, why: Why, number: int) -> str:
    """To whoever sent it. `number`: the claim, 0 for none."""
    where = f"申报 {number} 的" if number else ""
    return f"{where}佐证 {piece} 没有保存：{_WHY[why]}。如有需要请重新发送；佐证不强制。"
