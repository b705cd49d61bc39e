"""Whose rows may be read, made from who asks."""

import pytest

from storage.scope import EVERYTHING, Scope, of_asker, own
from training.people import Category, Person, Role

BELOW = frozenset({"sfj", "zx"})


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        (Role.LEARNER, own("p1")),
        (Role.SYSTEM_ADMIN, own("p1")),  # runs the machine, does not read people's records
        (Role.UNIT_ADMIN, Scope(person="p1", units=BELOW)),
        (Role.CITY_ADMIN, EVERYTHING),
        (Role.AUDITOR, EVERYTHING),
    ],
)
def test_a_role_sees_its_part(role: Role, scope: Scope) -> None:
    person = Person("p1", "张三", "sfj", Category.STAFF, False, role, "在岗", True)
    assert of_asker(person, BELOW) == scope
