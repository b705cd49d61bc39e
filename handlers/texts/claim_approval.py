"""What is said about 申报 that wait to be approved by a second person."""

from collections.abc import Iterator
from typing import Final

from handlers.texts.claims import short
from training.claim_approval import ClaimApproval

_SHOWN: Final = 60
_TITLE: Final = 24


def title(changes: ClaimApproval) -> str:
    posted = "" if changes.posted is None else f"，入账 {changes.posted:.2f} 学时"
    return f"认定申报 {len(changes.claims)} 件{posted}"


def details(changes: ClaimApproval) -> Iterator[str]:
    yield f"共 {len(changes.claims)} 件，预计入账 {changes.hours:.2f} 学时。"
    for one in changes.claims[:_SHOWN]:
        like = f"（疑似重复：{'；'.join(one.doubles)}）" if one.doubles else ""
        stated = short(one.stated, title=_TITLE)
        yield f"申报 {one.number} {one.name}（{one.person}）：{stated}，{one.hours:.2f} 学时{like}"
    if len(changes.claims) > _SHOWN:
        yield f"……共 {len(changes.claims)} 件，其余请用 xuefa batch list --json 查看。"
