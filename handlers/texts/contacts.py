"""What is said about WeCom's contacts: how much waits, and the four lists of a comparison with the roll."""

from collections.abc import Iterator, Mapping
from typing import Final

from training.contact_matching import Comparison, Doubt, Ground, Member, Missing, Proposal, Why
from training.roll import Roll

NOTHING: Final = "没有新的账号登记需要提出，名册没有改动。"
_GROUNDS: Final = {
    Ground.RENAMED: "企业微信账号已改名",
    Ground.NUMBER: "账号与人员编号相同",
    Ground.NAME: "姓名相同，名册中仅此一人且未登记账号",
}
_WHY: Final = {
    Why.SEVERAL_PERSONS: "名册中有多人相符",
    Why.SEVERAL_MEMBERS: "通讯录中有多个账号与此人相符",
    Why.HAS_ACCOUNT: "此人已登记其他账号",
    Why.HAS_LEFT: "此人已离开",
    Why.NAME_DIFFERS: "账号与人员编号相同，但姓名不同",
    Why.TAKEN: "账号改名后与另一人登记的账号相同",
    Why.OLD_STILL_THERE: "账号已改名，但原账号仍在通讯录中",
}


def waiting(count: int) -> str:
    return f"通讯录有 {count} 项变动，请运行 xuefa staff sync 核对。"


def lists(found: Comparison, roll: Roll, waiting_in: Mapping[str, int]) -> Iterator[str]:
    """A heading with a count for each list, then a line an entry; `waiting_in`: account → its open batch."""
    if waiting_in:
        yield f"已在待确认批次中的账号 {len(waiting_in)} 个："
        yield from (f"  {account}：批次 {number}" for account, number in sorted(waiting_in.items()))
    yield f"可登记的账号 {len(found.proposals)} 个："
    yield from (f"  {_proposal(one, roll)}" for one in found.proposals)
    yield f"需人工核对 {len(found.doubts)} 个："
    yield from (f"  {_doubt(one, roll)}" for one in found.doubts)
    yield f"名册中没有的成员 {len(found.strangers)} 个："
    yield from (f"  {_member(one)}" for one in found.strangers)
    yield f"通讯录中查不到的账号 {len(found.missing)} 个（不等于人员已离开，没有改动）："
    yield from (f"  {_missing(one, roll)}" for one in found.missing)


def _proposal(one: Proposal, roll: Roll) -> str:
    return f"{roll.label(one.person)}：账号 {one.account}（{_GROUNDS[one.ground]}）"


def _doubt(one: Doubt, roll: Roll) -> str:
    labels = "、".join(roll.label(number) for number in one.candidates)
    return f"{_named(one.account, one.name)}：{labels}，{_WHY[one.why]}"


def _member(one: Member) -> str:
    return _named(one.account, one.name)


def _missing(one: Missing, roll: Roll) -> str:
    others = f"，本人另有账号 {'、'.join(one.others)}" if one.others else ""
    return f"{one.account}：{roll.label(one.person)}{others}"


def _named(account: str, name: str) -> str:
    return f"{account}（{name}）" if name else account
