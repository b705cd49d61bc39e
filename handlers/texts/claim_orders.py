"""What the command line says about 申报."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from handlers.texts import claim_refusals
from handlers.texts.claims import STATES, short, until, whose
from training import claim_errors as errors
from training.claim_errors import ClaimRefusal
from training.claims import Claim, State

NONE: Final = "没有这样的申报。"
NOTHING: Final = "没有可以处理的申报。"
_TITLE: Final = 24


def listed(found: Sequence[Claim], names: Mapping[str, str]) -> Sequence[str]:
    """`names`: of people by number and of units by code."""
    return [_line(one, names) for one in found] or [NONE]


def _line(one: Claim, names: Mapping[str, str]) -> str:
    who = f"{names.get(one.person, one.person)}（{one.person}，{names.get(one.unit, one.unit)}）"
    said = f"{one.number} [{STATES[one.state]}] {who}：{short(one.stated, title=_TITLE)}"
    if one.state is State.SUBMITTED:
        said += f"；由{whose(names.get(one.level, one.level))}审核{until(one.due)}"
        return f"{said}；疑似重复：{'；'.join(one.doubles)}" if one.doubles else said
    return f"{said}；{one.reason}" if one.reason else said


def refused(found: Mapping[int, ClaimRefusal]) -> Iterable[str]:
    return [undecided(refusal) for refusal in found.values()]


def undecided(refusal: ClaimRefusal) -> str:
    """Of a claim that was to be decided."""
    if isinstance(refusal, errors.ReasonNeeded) and refusal.doubles:
        number, like = refusal.number, "；".join(refusal.doubles)
        return f"申报 {number} 疑似重复：{like}。核对后确属不同，请单独运行 xuefa claims approve {number}。"
    return claim_refusals.said(refusal)


def not_brought(refusal: ClaimRefusal) -> str:
    """Of a row of a file, whoever reads it."""
    match refusal:
        case errors.OnTheList():
            return f"本人已在活动 {refusal.activity}（{refusal.title}）的名单上，学时由活动办结时入账，不用申报。"
        case errors.ClaimedAlready():
            return f"同样的内容已在申报 {refusal.number} 中，没有重复提交。"
        case errors.TooMany():
            return f"本人已有 {refusal.most} 件申报在等待审核，请等审核后再导入。"
        case errors.NoSuchClaim():
            return "本人今天还不在岗，到岗后再导入。"
        case errors.TooLate():
            return (
                f"{refusal.year} 年度的申报已于 {refusal.until} 截止，请按补录办理（xuefa ledger import --late）。"
            )
    return claim_refusals.said(refusal)


def brought(read: int, taken: int, doubles: int, *, dry_run: bool) -> str:
    like = f"，其中疑似重复 {doubles} 件" if doubles else ""
    said = f"读到 {read} 行，提交申报 {taken} 件{like}，拒收 {read - taken} 行。"
    return f"仅核对，没有提交：{said}" if dry_run else f"{said}由各级管理员审核。" if taken else said
