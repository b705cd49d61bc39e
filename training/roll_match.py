"""Whose row is it: by 人员编号, then account, then name and unit. What is ambiguous is asked, never guessed."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from training.cell_words import folded
from training.findings import Findings
from training.people import Field
from training.roll import Roll
from training.roster_columns import ACCOUNTS, NUMBER
from training.rosters import RosterRow


@dataclass(slots=True)
class Claim:
    """A row on its way to a person: `person` is a known number, empty for somebody new or not yet found."""

    row: RosterRow
    found: Findings
    unit: str = ""
    managed: tuple[str, ...] = ()
    person: str = ""

    @property
    def rejected(self) -> bool:
        return self.found.rejected


def match(claims: Sequence[Claim], roll: Roll) -> None:
    """Sets `person` of every claim that is a known person's, and rejects what cannot be decided."""
    for claim in claims:
        claim.person = _by_number(claim, roll) if claim.row.number in roll.persons else _by_account(claim, roll)
    taken = {claim.person for claim in claims}
    for claim in claims:
        if not claim.person and not claim.rejected:
            claim.person = _by_name(claim, roll, [n for n in roll.named(claim.row.name) if n not in taken])
    reject_doubles(claims)


def _by_number(claim: Claim, roll: Roll) -> str:
    row, number = claim.row, claim.row.number
    if number in roll.merged:
        claim.found.reject(NUMBER, f"人员编号 {number} 已并入 {roll.merged[number]}，请改用后者。")
    owners = {roll.owners[account] for account in row.accounts if account in roll.owners}
    for other in sorted(owners - {number}):
        claim.found.reject(ACCOUNTS, f"账号已登记在{roll.label(other)}名下，与人员编号 {number} 不符，请核对。")
    if folded(row.name) != folded(roll.name(number)) and number not in owners:
        if claim.unit != roll.unit(number):
            claim.found.reject(NUMBER, f"人员编号登记为{roll.label(number)}，姓名和单位都不符，请核对编号。")
        else:
            claim.found.warn(Field.NAME, f"人员编号登记为{roll.label(number)}，将改名为{row.name}，请核对。")
    return number


def _by_account(claim: Claim, roll: Roll) -> str:
    row = claim.row
    owners = sorted({roll.owners[account] for account in row.accounts if account in roll.owners})
    if not owners:
        return ""
    labels = "、".join(roll.label(owner) for owner in owners)
    if len(owners) > 1:
        claim.found.reject(ACCOUNTS, f"本行的账号分属{labels}，请只填一个人的账号。")
    elif row.number:
        claim.found.reject(NUMBER, f"账号登记在{labels}名下，与人员编号 {row.number} 不符，请核对编号。")
    elif folded(row.name) != folded(roll.name(owners[0])):
        claim.found.reject(ACCOUNTS, f"账号登记在{labels}名下，与姓名不符；如为改名，请填写人员编号。")
    return owners[0]


def _by_name(claim: Claim, roll: Roll, namesakes: Sequence[str]) -> str:
    """Of the persons of that name whom no other row claims by number or account."""
    row = claim.row
    here = [number for number in namesakes if roll.unit(number) == claim.unit]
    labels = "、".join(roll.label(number) for number in here or namesakes)
    if not here:
        if namesakes and not row.number:
            claim.found.warn(Field.NAME, f"其他单位已有同名人员{labels}，按新人员处理；如为调动，请填写人员编号。")
        return ""
    unlike = bool(row.accounts) and all(roll.persons[number].wecom_accounts for number in here)
    if row.number and unlike:
        return ""
    if row.number or unlike or len(here) > 1:
        claim.found.reject(
            NUMBER, f"本单位已有同名人员{labels}，无法判断是否同一人；请填写其人员编号，新人员请填新编号和账号。"
        )
    elif roll.persons[here[0]].status(roll.day).leaves:
        claim.found.reject(NUMBER, f"同名人员{labels}已离开；如为返岗，请填写其人员编号，新人员请填新编号。")
    return here[0] if len(here) == 1 else ""


def reject_doubles(claims: Sequence[Claim]) -> None:
    """The same person twice, and one account for two persons, inside one file."""
    by_key: defaultdict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for claim in claims:
        for key in _keys(claim):
            by_key[key].append(claim)
    for key, group in by_key.items():
        if len(group) > 1:
            _reject_group(key, group)


def _keys(claim: Claim) -> list[tuple[str, ...]]:
    row = claim.row
    keys = [("account", account) for account in row.accounts]
    keys += [("number", number) for number in {claim.person or row.number} if number]
    return [*keys, ("name", folded(row.name), claim.unit)]


def _reject_group(key: tuple[str, ...], group: Sequence[Claim]) -> None:
    """Of equal rows the first stays. Namesakes may both stay when each can be told by a number or account."""
    lines = "、".join(claim.row.where.removeprefix("row ") for claim in group)
    people = {(folded(claim.row.name), claim.unit) for claim in group}
    if key[0] == "account" and len(people) > 1:
        for claim in _undecided(group):
            claim.found.reject(ACCOUNTS, f"账号 {key[1]} 在第 {lines} 行用于不同的人，请改正。")
        return
    if key[0] == "name":
        _reject_namesakes(group, lines)
        return
    _reject_repeats(group, lines)


def _undecided(group: Sequence[Claim]) -> list[Claim]:
    """A row needs to hear only once that it was rejected for its person."""
    return [claim for claim in group if not claim.rejected]


def _reject_repeats(group: Sequence[Claim], lines: str) -> None:
    first = group[0]
    equal = all(replace(claim.row, where=first.row.where) == first.row for claim in group)
    sentence = "内容相同，已采用第一行。" if equal else "内容不一致，请只保留正确的一行。"
    for claim in _undecided(group[1:] if equal else group):
        claim.found.reject(NUMBER, f"同一人出现在第 {lines} 行，{sentence}")


def _reject_namesakes(group: Sequence[Claim], lines: str) -> None:
    """One name in one unit: every two rows need both a number, or both an account, that tells them apart."""
    bare = [claim for claim in group if not _is_identified(claim)]
    others = [claim for claim in group if _is_identified(claim)]
    if not others:
        _reject_repeats(group, lines)
        return
    vague = [claim for claim in others if not all(_can_be_told(claim, other) for other in others)]
    for claim in _undecided((*bare, *vague)):
        claim.found.reject(NUMBER, f"同单位同名人员出现在第 {lines} 行，请填写人员编号和账号以便区分。")


def _is_identified(claim: Claim) -> bool:
    return bool(claim.person or claim.row.number or claim.row.accounts)


def _can_be_told(claim: Claim, other: Claim) -> bool:
    if claim is other or (claim.row.accounts and other.row.accounts):
        return True
    return bool((claim.person or claim.row.number) and (other.person or other.row.number))
