"""WeCom's contacts against the roll: whose account is it, and what has somebody to look at.

Accounts are casefolded. Nothing is guessed and nothing is changed: what is certain becomes a proposal, what could
be several people or contradicts itself is a doubt. An account that WeCom does not know any more says nothing about
its person. Source: domain, Who owes what (WeCom contacts only propose changes).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from training.batches import AccountSince, PersonEdit, RollChanges
from training.cell_words import name_text
from training.roll import Roll
from training.statuses import MERGED


class ChangeKind(StrEnum):
    """As WeCom calls them. Source: doc 90970."""

    CREATED = "create_user"
    UPDATED = "update_user"
    DELETED = "delete_user"


@dataclass(frozen=True, slots=True)
class ContactChange:
    """One event; `new_account` is set when the member was renamed; `departments` are ids joined by commas."""

    kind: ChangeKind
    account: str
    new_account: str = ""
    name: str = ""
    departments: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """`name` is empty when it could not be read."""

    account: str
    name: str = ""
    departments: tuple[int, ...] = ()


class Ground(StrEnum):
    RENAMED = "renamed"  # WeCom said that an account of this person has this new name
    NUMBER = "number"  # the account is the 人员编号
    NAME = "name"  # the only person of this name, without any account


class Why(StrEnum):
    SEVERAL_PERSONS = "several_persons"
    SEVERAL_MEMBERS = "several_members"
    HAS_ACCOUNT = "has_account"
    HAS_LEFT = "has_left"
    NAME_DIFFERS = "name_differs"  # the account is the number of somebody with another name
    TAKEN = "taken"  # renamed to an account that is somebody else's on the roll
    OLD_STILL_THERE = "old_still_there"  # renamed, and the old account is in WeCom's contacts none the less


@dataclass(frozen=True, slots=True)
class Proposal:
    account: str
    person: str
    ground: Ground


@dataclass(frozen=True, slots=True)
class Doubt:
    """`candidates` are 人员编号."""

    account: str
    name: str
    candidates: tuple[str, ...]
    why: Why


@dataclass(frozen=True, slots=True)
class Missing:
    """An account on the roll that WeCom does not know; `others` of the same person are there or proposed."""

    account: str
    person: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Each in the order of accounts; `strangers` are members whom nobody on the roll matches."""

    proposals: tuple[Proposal, ...]
    doubts: tuple[Doubt, ...]
    strangers: tuple[Member, ...]
    missing: tuple[Missing, ...]

    def without(self, accounts: Collection[str]) -> "Comparison":
        """Without what is about these accounts, which somebody has proposed already."""
        return Comparison(
            tuple(one for one in self.proposals if one.account not in accounts),
            tuple(one for one in self.doubts if one.account not in accounts),
            tuple(one for one in self.strangers if one.account not in accounts),
            self.missing,
        )


def compare(members: Iterable[Member], roll: Roll, changes: Sequence[ContactChange] = ()) -> Comparison:
    """`members` are all of the corporation's, `changes` the events since the last look, in the order received.

    Only who has not left is missed.
    """
    here = {member.account: member for member in _named(members, changes)}
    findings: dict[str, Proposal | Doubt | None] = dict(_renamed(here, roll, changes))
    numbers = _by_account_text(roll)
    for account, member in here.items():
        if account not in roll.owners and account not in findings:
            findings[account] = _matched(member, roll, numbers.get(account, ()))
    kept = [_alone(found, here, findings) for _, found in sorted(findings.items()) if found is not None]
    proposals = tuple(found for found in kept if isinstance(found, Proposal))
    return Comparison(
        proposals,
        tuple(found for found in kept if isinstance(found, Doubt)),
        tuple(here[account] for account, found in sorted(findings.items()) if found is None),
        tuple(_missing(here, roll, proposals)),
    )


def roll_changes(proposals: Iterable[Proposal], roll: Roll, since: date) -> RollChanges:
    """The batch that adds the proposed accounts; the accounts on record stay."""
    added: defaultdict[str, list[AccountSince]] = defaultdict(list)
    for proposal in proposals:
        added[proposal.person].append(AccountSince(proposal.account, since))
    edits = (PersonEdit(number, roll.name(number), accounts=tuple(added[number])) for number in sorted(added))
    return RollChanges(tuple(edits))


def _named(members: Iterable[Member], changes: Iterable[ContactChange]) -> Iterable[Member]:
    """With the name that an event gave, where no other is known."""
    told = {change.new_account or change.account: change.name for change in changes if change.name}
    for member in members:
        name = member.name or told.get(member.account, "")
        yield Member(member.account, name, member.departments)


def _renames(changes: Iterable[ContactChange]) -> Mapping[str, str]:
    """The account that somebody has now → the one at the beginning; over several renames in a row."""
    first: dict[str, str] = {}
    for change in changes:
        before = first.pop(change.account, change.account)
        if change.kind is ChangeKind.UPDATED:
            first[change.new_account or change.account] = before
    return {now: before for now, before in first.items() if now != before}


def _renamed(
    here: Mapping[str, Member], roll: Roll, changes: Iterable[ContactChange]
) -> Iterable[tuple[str, Proposal | Doubt]]:
    for account, before in _renames(changes).items():
        owner, holder = roll.owners.get(before), roll.owners.get(account)
        if owner is None or holder == owner or account not in here:
            continue
        name = here[account].name
        if holder is not None:
            yield account, Doubt(account, name, (owner, holder), Why.TAKEN)
        elif before in here:
            yield account, Doubt(account, name, (owner,), Why.OLD_STILL_THERE)
        else:
            yield account, Proposal(account, owner, Ground.RENAMED)


def _by_account_text(roll: Roll) -> Mapping[str, tuple[str, ...]]:
    """人员编号 as an account would spell it → the numbers."""
    found: dict[str, tuple[str, ...]] = {}
    for number in roll.persons:
        if _counts(roll, number):
            found[number.casefold()] = (*found.get(number.casefold(), ()), number)
    return found


def _counts(roll: Roll, number: str) -> bool:
    """A second number of somebody who is on the roll under another one is no second person."""
    return roll.persons[number].status(roll.day).name != MERGED.name


def _matched(member: Member, roll: Roll, numbered: tuple[str, ...]) -> Proposal | Doubt | None:
    """By number, then by name; None when nobody matches."""
    named = roll.named(name_text(member.name)) if member.name.strip() else ()
    namesakes = tuple(number for number in named if _counts(roll, number))
    candidates = numbered or namesakes
    if not candidates:
        return None
    if len(candidates) > 1:
        return Doubt(member.account, member.name, candidates, Why.SEVERAL_PERSONS)
    [number] = candidates
    if numbered and member.name.strip() and number not in namesakes:
        return Doubt(member.account, member.name, (number, *namesakes), Why.NAME_DIFFERS)
    person = roll.persons[number]
    if person.status(roll.day).leaves:
        return Doubt(member.account, member.name, candidates, Why.HAS_LEFT)
    if person.wecom_accounts:
        return Doubt(member.account, member.name, candidates, Why.HAS_ACCOUNT)
    return Proposal(member.account, number, Ground.NUMBER if numbered else Ground.NAME)


def _alone(
    found: Proposal | Doubt, here: Mapping[str, Member], findings: Mapping[str, Proposal | Doubt | None]
) -> Proposal | Doubt:
    """Two members that match one person by what they are called are both doubtful."""
    if isinstance(found, Doubt) or found.ground is Ground.RENAMED:
        return found
    claims = Counter(other.person for other in findings.values() if isinstance(other, Proposal))
    if claims[found.person] == 1:
        return found
    return Doubt(found.account, here[found.account].name, (found.person,), Why.SEVERAL_MEMBERS)


def _missing(here: Mapping[str, Member], roll: Roll, proposals: Iterable[Proposal]) -> Iterable[Missing]:
    present = frozenset(roll.present())
    proposed: defaultdict[str, list[str]] = defaultdict(list)
    for proposal in proposals:
        proposed[proposal.person].append(proposal.account)
    for account, number in sorted(roll.owners.items()):
        if account not in here and number in present:
            others = [other for other in roll.persons[number].wecom_accounts if other in here]
            yield Missing(account, number, (*others, *proposed[number]))
