"""What is said about 申报 to whoever decides, and to whoever claimed when it is decided."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Final

from handlers.actions.claim_deciding import Decided
from handlers.actions.claim_waiting import Waiting
from handlers.message import Button, Card
from handlers.texts import claim_refusals
from handlers.texts.claims import STATES, evidence, short
from storage.ledger import Line
from training.claims import Claim, State

TAP: Final = "claims"
ALL: Final = "all"
EACH: Final = "each"
BACK: Final = "back"
MOST_ON_CARD: Final = 60  # numbers of them have to fit into a key
HOW: Final = (
    "同意请回复“通过 编号”（可写 15-20 或 15 16），不同意请回复“不通过 编号 理由”，"
    "要补充请回复“退回申报 编号 理由”，看图片请回复“佐证 编号”。"
)
NONE_WAITING: Final = "没有待您审核的申报。"
_SHOWN: Final = 30  # lines of one answer
_NAMES: Final = 3
_TITLE: Final = 24
_DESC: Final = 44
_DONE: Final = {State.APPROVED: "已通过", State.REJECTED: "已作不通过处理", State.RETURNED: "已退回补充"}


def groups(listed: Iterable[Waiting], alike: Mapping[int, str]) -> list[list[Waiting]]:
    """Claims of one event together, in the order of the first; a 疑似重复 by itself."""
    found: dict[str, list[Waiting]] = {}
    for one in listed:
        key = f"{one.claim.number}" if one.claim.doubles else alike[one.claim.number]
        found.setdefault(key, []).append(one)
    return list(found.values())


def waiting(grouped: Sequence[Sequence[Waiting]], elsewhere: int = 0) -> str:
    """One line a group. `elsewhere`: how many wait with those below."""
    below = f"另有 {elsewhere} 件由下级单位审核中。" if elsewhere else ""
    if not grouped:
        return f"{NONE_WAITING}{below}"
    count = sum(len(group) for group in grouped)
    lines = [_group(group) for group in grouped[:_SHOWN]]
    more = [f"……其余 {len(grouped) - _SHOWN} 组，审核后再列出。"] if len(grouped) > _SHOWN else []
    return "\n".join((f"【待审核申报】{count} 件", *lines, *more, *filter(None, (below,)), HOW))


def _group(group: Sequence[Waiting]) -> str:
    first, said = group[0], f"{numbers([one.claim.number for one in group])} {_names(group)}："
    said += short(first.claim.stated, title=_TITLE)
    if first.claim.doubles:
        said += f"（疑似重复：{'；'.join(first.claim.doubles)}）"
    return said if len(group) > 1 else said + _pieces(first)


def _names(group: Sequence[Waiting]) -> str:
    names = "、".join(one.name for one in group[:_NAMES])
    return names if len(group) <= _NAMES else f"{names}等 {len(group)} 人"


def _pieces(one: Waiting) -> str:
    return f"，佐证 {evidence(one.pieces)}" if one.pieces else ""


def numbers(found: Sequence[int]) -> str:
    """`15-17、20`: runs of numbers that follow one another are joined."""
    runs: list[list[int]] = []
    for number in sorted(found):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return "、".join(f"{run[0]}-{run[-1]}" if len(run) > 1 else f"{run[0]}" for run in runs)


def each(listed: Sequence[Waiting]) -> str:
    """A line a claim."""
    lines = [
        f"{one.claim.number} {one.name}（{one.unit}）：{short(one.claim.stated, title=_TITLE)}{_pieces(one)}"
        for one in listed[:_SHOWN]
    ]
    more = [f"……共 {len(listed)} 件。"] if len(listed) > _SHOWN else []
    return "\n".join((*lines, *more, HOW)) if listed else NONE_WAITING


def card(group: Sequence[Waiting], closed: str = "") -> Card:
    """One of claims of one event: all at once, one by one, or back."""
    chosen = [one.claim.number for one in group[:MOST_ON_CARD]]
    stated, key = group[0].claim.stated, ".".join(map(str, chosen))
    return Card(
        title=f"待审核申报 {len(chosen)} 件",
        desc=_cut(stated.title, _DESC),
        body=f"{short(stated, title=_TITLE)}\n{_names(group)}",
        buttons=(
            Button("全部通过", f"{TAP}:{ALL}:{key}"),
            Button("逐条", f"{TAP}:{EACH}:{key}", style=2),
            Button("退回", f"{TAP}:{BACK}:{key}", style=2),
        ),
        closed=closed,
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def answered(word: str) -> Card:
    """What a card says when it has been tapped."""
    return Card(title="申报审核", body=word, buttons=(Button("已处理", f"{TAP}:done:0"),), closed="已处理")


def how_to_return(found: Sequence[int]) -> str:
    return f"请写明理由，如：退回申报 {numbers(found).replace('、', ' ')} 请补充主办单位。"


def decided(done: Decided) -> str:
    """To whoever decided."""
    said = []
    if done.done:
        chosen = [one.number for one in done.done]
        total = sum((line.entry.hours for lines in done.lines.values() for line in lines), Decimal(0))
        posted = f"，入账 {total:.2f} 学时" if done.state is State.APPROVED else ""
        said.append(f"{_DONE[done.state]}申报 {numbers(chosen)}（{len(chosen)} 件）{posted}。")
        said += [f"申报 {number}：{_notes(lines)}。" for number, lines in done.lines.items() if _notes(lines)]
    said += [claim_refusals.said(refusal) for refusal in done.refused.values()]
    return "\n".join(said) or NONE_WAITING


def _notes(lines: Sequence[Line]) -> str:
    return "；".join(line.entry.note for line in lines if line.entry.note)


def to_claimant(state: State, claims: Sequence[Claim], lines: Mapping[int, Sequence[Line]], reason: str) -> str:
    """To whoever claimed, all of one decision together."""
    return "\n".join(_told(state, one, lines.get(one.number, ()), reason) for one in claims)


def _told(state: State, claim: Claim, lines: Sequence[Line], reason: str) -> str:
    said = f"您的申报 {claim.number}（{short(claim.stated, title=_TITLE)}）{STATES[state]}"
    if state is State.APPROVED:
        total = sum((line.entry.hours for line in lines), Decimal(0))
        places = "、".join(f"第 {line.seq} 条" for line in lines)
        noted = f"（{_notes(lines)}）" if _notes(lines) else ""
        return f"{said}，入账 {total:.2f} 学时，台账{places}{noted}。" if lines else f"{said}。"
    more = f"补充后请回复“申报 {claim.number}”再提交。" if state is State.RETURNED else ""
    return f"{said}，理由：{reason.rstrip('。')}。{more}"


def worth_reminding(count: int, level: str) -> str:
    """Once a day, to those who decide, of what nobody has seen. `level`: the unit's name, empty for the city."""
    where = f"{level}" if level else "市级"
    return f"【申报审核】{where}有 {count} 件学时申报待审核。查看请回复“审核”。"
