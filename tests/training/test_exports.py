"""Who may have a report of which units, and which unit is meant by what was typed."""

import pytest
from msgspec.structs import replace

from training.errors import NoSuchNumber, NotAllowed
from training.exports import NoManagedUnits, OutsideUnits, WhichUnit, roots, unit_meant
from training.people import Category, Person, Role

SOMEBODY = Person("R1", "周敏", "sfj", Category.STAFF, False, Role.LEARNER, "在岗", True)
REACH = frozenset({"sfj", "zfk", "czj"})
NAMES = {
    "gov": "市政府",
    "sfj": "司法局",
    "zfk": "执法科",
    "czj": "财政局",
    "bgs1": "办公室",
    "bgs2": "办公室",
    "1101": "公安局",
}


def who(role: Role, *managed: str) -> Person:
    return replace(SOMEBODY, role=role, managed_units=managed)


@pytest.mark.parametrize(
    ("person", "unit", "reach", "found"),
    [
        (who(Role.CITY_ADMIN), "", frozenset(), ()),
        (who(Role.CITY_ADMIN), "zfk", frozenset(), ("zfk",)),
        (who(Role.CITY_ADMIN, "sfj"), "", REACH, ()),
        (who(Role.AUDITOR), "", frozenset(), ()),
        (who(Role.AUDITOR), "czj", frozenset(), ("czj",)),
        (who(Role.UNIT_ADMIN, "sfj", "czj"), "", REACH, ("sfj", "czj")),
        (who(Role.UNIT_ADMIN, "sfj", "gone"), "", REACH, ("sfj",)),
        (who(Role.UNIT_ADMIN, "sfj"), "sfj", REACH, ("sfj",)),
        (who(Role.UNIT_ADMIN, "sfj"), "zfk", REACH, ("zfk",)),
        (who(Role.UNIT_ADMIN, "sfj"), "gov", REACH, OutsideUnits),
        (who(Role.UNIT_ADMIN), "", frozenset(), NoManagedUnits),
        (who(Role.UNIT_ADMIN), "sfj", frozenset(), NoManagedUnits),
        (who(Role.UNIT_ADMIN, "gone"), "", frozenset(), NoManagedUnits),
        (who(Role.LEARNER, "sfj"), "", REACH, NotAllowed),
        (who(Role.LEARNER), "sfj", frozenset(), NotAllowed),
        (who(Role.SYSTEM_ADMIN), "", frozenset(), NotAllowed),
    ],
)
def test_a_scope(
    person: Person, unit: str, reach: frozenset[str], found: tuple[str, ...] | type[Exception]
) -> None:
    if isinstance(found, tuple):
        assert roots(person, unit, reach) == found
        return
    with pytest.raises(found):
        roots(person, unit, reach)


def test_nobody_but_the_whole_citys_own_gets_the_empty_scope() -> None:
    """The empty one is everything: it must never come out for a unit admin."""
    for managed in ((), ("sfj",), ("gone",)):
        reach = REACH & frozenset(managed)
        try:
            found = roots(who(Role.UNIT_ADMIN, *managed), "", reach)
        except NoManagedUnits:
            continue
        assert found


@pytest.mark.parametrize(
    ("words", "reach", "code"),
    [
        ("sfj", frozenset(), "sfj"),
        ("SFJ", frozenset(), "sfj"),
        ("１１０１", frozenset(), "1101"),
        ("司法局", frozenset(), "sfj"),
        (" 司 法 局 ", frozenset(), "sfj"),
        ("市司法局", frozenset(), "sfj"),
        ("宁国市财政局", frozenset(), "czj"),
        ("财政", frozenset(), "czj"),
        ("办公室", frozenset({"bgs2"}), "bgs2"),
        ("市政府", frozenset(), "gov"),
    ],
)
def test_the_unit_that_is_meant(words: str, reach: frozenset[str], code: str) -> None:
    assert unit_meant(words, NAMES, reach) == code


def test_a_unit_that_could_be_several() -> None:
    with pytest.raises(WhichUnit) as refused:
        unit_meant("办公室", NAMES, frozenset())
    assert refused.value.found == (("bgs1", "办公室"), ("bgs2", "办公室"))


def test_a_unit_that_is_none() -> None:
    with pytest.raises(NoSuchNumber) as refused:
        unit_meant("卫健委", NAMES, REACH)
    assert (refused.value.what, refused.value.number) == ("单位", "卫健委")
