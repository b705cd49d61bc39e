"""WeCom's contacts against the roll: what is proposed, what is doubtful, and what is only listed."""

from datetime import date

import pytest

from tests.training.rolls import BEFORE, TODAY, person
from training.batches import AccountSince, PersonEdit, RollChanges
from training.contact_matching import (
    ChangeKind,
    Comparison,
    ContactChange,
    Doubt,
    Ground,
    Member,
    Missing,
    Proposal,
    Why,
    compare,
    roll_changes,
)
from training.people import StatusPeriod
from training.roll import KnownPerson, Roll

ZHOU = person("R1", "周敏", "11", "zhoumin")
CHEN = person("R2", "陈静", "11")
WU = person("R3", "伍明", "12")
GONE = person("R4", "江平", "12", "jiang", periods=[StatusPeriod("R4", "调出", date(2026, 5, 1), None, BEFORE)])
MERGED = person("R5", "陈静", "11", periods=[StatusPeriod("R5", "并档", date(2026, 5, 1), None, BEFORE)])


def found(*members: Member, persons: tuple[KnownPerson, ...] = (ZHOU, CHEN), **more: object) -> Comparison:
    changes = more.get("changes", ())
    assert isinstance(changes, tuple)
    return compare(members, Roll(persons, TODAY), changes)


def doubt(member: Member, *persons: KnownPerson) -> tuple[tuple[str, ...], Why]:
    """The one doubt of this member, and no proposal at all."""
    result = found(member, persons=persons)
    assert (result.proposals, result.strangers) == ((), ())
    [only] = result.doubts
    assert (only.account, only.name) == (member.account, member.name)
    return only.candidates, only.why


def updated(account: str, new: str = "", name: str = "") -> ContactChange:
    return ContactChange(ChangeKind.UPDATED, account, new, name)


class TestMatching:
    def test_an_account_on_the_roll_needs_nothing(self) -> None:
        assert found(Member("zhoumin", "改了姓名")) == Comparison((), (), (), ())

    @pytest.mark.parametrize("name", ["陈静", " 陈 静 ", "陈　静"])
    def test_a_name_that_only_one_person_has(self, name: str) -> None:
        result = found(Member("zhoumin"), Member("cj", name))
        assert result == Comparison((Proposal("cj", "R2", Ground.NAME),), (), (), ())

    def test_an_account_that_is_the_number(self) -> None:
        for name in ("", "陈静"):
            assert found(Member("zhoumin"), Member("r2", name)).proposals == (Proposal("r2", "R2", Ground.NUMBER),)

    def test_a_number_with_another_name(self) -> None:
        assert doubt(Member("r2", "李四"), CHEN) == (("R2",), Why.NAME_DIFFERS)
        assert doubt(Member("r2", "伍明"), CHEN, WU) == (("R2", "R3"), Why.NAME_DIFFERS)

    def test_numbers_that_differ_only_by_case(self) -> None:
        assert doubt(Member("r2"), CHEN, person("r2", "陈静", "12")) == (("R2", "r2"), Why.SEVERAL_PERSONS)

    def test_two_persons_of_one_name(self) -> None:
        other = person("R9", "陈静", "12", "chenjing9")
        result = found(Member("chenjing9", "陈静"), Member("cj", "陈静"), persons=(CHEN, other))
        assert result.doubts == (Doubt("cj", "陈静", ("R2", "R9"), Why.SEVERAL_PERSONS),)
        assert result.proposals == ()

    def test_a_second_number_of_the_same_person_is_no_namesake(self) -> None:
        assert found(Member("cj", "陈静"), persons=(CHEN, MERGED)).proposals == (Proposal("cj", "R2", Ground.NAME),)
        assert found(Member("r5"), persons=(CHEN, MERGED)).strangers == (Member("r5"),)

    def test_two_members_for_one_person(self) -> None:
        result = found(Member("cj1", "陈静"), Member("r2"), Member("zhoumin"))
        assert result.proposals == ()
        assert [(d.account, d.candidates, d.why) for d in result.doubts] == [
            ("cj1", ("R2",), Why.SEVERAL_MEMBERS),
            ("r2", ("R2",), Why.SEVERAL_MEMBERS),
        ]

    def test_who_has_an_account_already(self) -> None:
        result = found(Member("zhoumin", "周敏"), Member("zm2", "周敏"))
        assert result.doubts == (Doubt("zm2", "周敏", ("R1",), Why.HAS_ACCOUNT),)

    def test_who_has_left(self) -> None:
        left = person("R4", "江平", "12", periods=GONE.periods)
        assert doubt(Member("jp", "江平"), left) == (("R4",), Why.HAS_LEFT)

    def test_whom_nobody_matches(self) -> None:
        result = found(Member("zhoumin"), Member("x2", "路人"), Member("x1"))
        assert result.strangers == (Member("x1"), Member("x2", "路人"))
        assert (result.proposals, result.doubts) == ((), ())

    def test_a_name_from_an_event_serves_where_none_could_be_read(self) -> None:
        created = ContactChange(ChangeKind.CREATED, "cj", "", "陈静")
        assert found(Member("cj"), changes=(created,)).proposals == (Proposal("cj", "R2", Ground.NAME),)


def test_what_is_proposed_already_is_left_out() -> None:
    result = found(Member("cj", "陈静"), Member("zm", "周敏"), Member("x"), Member("y"))
    left = result.without({"cj", "zm", "x"})
    assert left == Comparison((), (), (Member("y"),), result.missing)


class TestMissing:
    def test_an_account_that_wecom_does_not_know(self) -> None:
        assert found().missing == (Missing("zhoumin", "R1"),)

    def test_not_of_who_has_left(self) -> None:
        assert found(persons=(GONE,)).missing == ()

    def test_with_another_account_that_is_there(self) -> None:
        two = person("R1", "周敏", "11", "zhou1", "zhou2")
        assert found(Member("zhou2"), persons=(two,)).missing == (Missing("zhou1", "R1", ("zhou2",)),)


class TestRenames:
    def test_the_new_account_is_the_same_persons(self) -> None:
        result = found(Member("zm", "周敏"), changes=(updated("zhoumin", "zm"),))
        assert result.proposals == (Proposal("zm", "R1", Ground.RENAMED),)
        assert result.doubts == ()
        assert result.missing == (Missing("zhoumin", "R1", ("zm",)),)

    def test_over_several_steps(self) -> None:
        changes = (updated("zhoumin", "a"), updated("a", name="周敏"), updated("a", "zm"))
        assert found(Member("zm"), changes=changes).proposals == (Proposal("zm", "R1", Ground.RENAMED),)

    def test_there_and_back(self) -> None:
        changes = (updated("zhoumin", "a"), updated("a", "zhoumin"))
        assert found(Member("zhoumin"), changes=changes) == Comparison((), (), (), ())

    def test_to_an_account_that_is_gone_again(self) -> None:
        assert found(changes=(updated("zhoumin", "zm"),)).proposals == ()

    @pytest.mark.parametrize("kind", [ChangeKind.DELETED, ChangeKind.CREATED])
    def test_an_account_that_was_given_to_somebody_else(self, kind: ChangeKind) -> None:
        """Deleted or made anew after the rename, it speaks for nobody known."""
        result = found(Member("zm"), changes=(updated("zhoumin", "zm"), ContactChange(kind, "zm")))
        assert (result.proposals, result.strangers) == ((), (Member("zm"),))

    def test_to_an_account_of_another_person(self) -> None:
        other = person("R3", "伍明", "12", "zm")
        result = found(Member("zm"), persons=(ZHOU, other), changes=(updated("zhoumin", "zm"),))
        assert result.doubts == (Doubt("zm", "", ("R1", "R3"), Why.TAKEN),)

    def test_while_somebody_goes_by_the_old_one(self) -> None:
        result = found(Member("zm"), Member("zhoumin"), changes=(updated("zhoumin", "zm"),))
        assert result.doubts == (Doubt("zm", "", ("R1",), Why.OLD_STILL_THERE),)
        assert result.proposals == ()

    def test_of_nobody_on_the_roll_is_matched_as_any_other(self) -> None:
        result = found(Member("zhoumin"), Member("cj", "陈静"), changes=(updated("x", "cj"),))
        assert result.proposals == (Proposal("cj", "R2", Ground.NAME),)

    def test_what_is_known_already(self) -> None:
        both = person("R1", "周敏", "11", "zhoumin", "zm")
        result = found(Member("zm"), persons=(both,), changes=(updated("zhoumin", "zm"),))
        assert (result.proposals, result.doubts, result.strangers) == ((), (), ())


def test_the_batch_adds_accounts_and_nothing_else() -> None:
    proposals = [Proposal(name, number, Ground.NAME) for name, number in (("b", "R2"), ("a", "R1"), ("c", "R1"))]
    added = (AccountSince("a", TODAY), AccountSince("c", TODAY))
    assert roll_changes(proposals, Roll((ZHOU, CHEN), TODAY), TODAY) == RollChanges(
        (PersonEdit("R1", "周敏", accounts=added), PersonEdit("R2", "陈静", accounts=(AccountSince("b", TODAY),)))
    )
    assert roll_changes([], Roll((), TODAY), TODAY) == RollChanges(())
