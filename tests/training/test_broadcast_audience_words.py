"""To whom: units, groups and people as an admin writes them; nothing is guessed."""

import pytest

from training.broadcast_audience_words import Known, audience_from, audience_words
from training.broadcast_word_errors import (
    AllAndUnits,
    Beyond,
    NotUnderstood,
    PersonsAndGroups,
    SeveralUnits,
    SomeWithoutBelow,
    UnitOrPerson,
    UnknownNames,
)
from training.broadcasts import Audience, Who
from training.units import Unit, UnitTree

TREE = UnitTree(
    (
        Unit("gov", "市政府"),
        Unit("1101", "司法局", "gov"),
        Unit("1102", "公安局", "gov"),
        Unit("zfk1", "执法科", "1101"),
        Unit("zfk2", "执法科", "1102"),
        Unit("rsj", "人力资源和社会保障局", "gov"),
    )
)
CITY = Known(TREE, "1101", frozenset({"R1", "R000123", "1102"}), {"zhou": "R1"})
UNIT_ADMIN = Known(TREE, "zfk1", frozenset({"R1"}), {"zhou": "R1"}, frozenset({"1101", "zfk1"}), ("1101",))


def meant(text: str, known: Known = CITY) -> Audience:
    return audience_from(audience_words(text), known)


@pytest.mark.parametrize("text", ["司法局工作人员、公安局领导干部", "司法局工作人员、公安局", "司法居工作人员"])
def test_a_group_behind_some_units_only_is_asked_back(text: str) -> None:
    with pytest.raises(UnknownNames):
        meant(text)


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("全市", Audience()),
        ("发给全部。", Audience()),
        ("所有人", Audience()),
        ("全市 行政执法人员", Audience(groups=(Who.ENFORCEMENT,))),
        ("领导干部 工作人员", Audience(groups=(Who.LEADER, Who.STAFF))),
        ("领导干部和执法人员、其他", Audience(groups=(Who.LEADER, Who.ENFORCEMENT, Who.OTHER))),
        ("司法局", Audience(units=("1101",))),
        ("司法局、公安局", Audience(units=("1101", "1102"))),
        ("市政府/司法局，rsj", Audience(units=("1101", "rsj"))),
        ("人力资源和社会保障局", Audience(units=("rsj",))),
        ("司法局、司法局", Audience(units=("1101",))),
        ("司法局（不含下级）", Audience(units=("1101",), below=False)),
        ("司法局 （不含下级）", Audience(units=("1101",), below=False)),
        ("司法局不含下级", Audience(units=("1101",), below=False)),
        ("司法局及下级", Audience(units=("1101",))),
        ("司法局(不含下级)、公安局(不含下级)", Audience(units=("1101", "1102"), below=False)),
        ("司法局、公安局 不含下级", Audience(units=("1101", "1102"), below=False)),
        ("本单位", Audience(units=("1101",))),
        ("本单位不含下级", Audience(units=("1101",), below=False)),
        (
            "司法局、公安局 的 行政执法人员",
            Audience(units=("1101", "1102"), groups=(Who.ENFORCEMENT,)),
        ),
        ("公安局的行政执法人员", Audience(units=("1102",), groups=(Who.ENFORCEMENT,))),
        ("公安局（不含下级）的领导干部", Audience(units=("1102",), below=False, groups=(Who.LEADER,))),
        ("公安局的领导干部（不含下级）", Audience(units=("1102",), below=False, groups=(Who.LEADER,))),
        ("司法局工作人员", Audience(units=("1101",), groups=(Who.STAFF,))),
        ("司法局工作人员、公安局工作人员", Audience(units=("1101", "1102"), groups=(Who.STAFF,))),
        ("司法局行政执法人员（不含下级）", Audience(units=("1101",), below=False, groups=(Who.ENFORCEMENT,))),
        ("执法科", None),
        ("公安局/执法科", Audience(units=("zfk2",))),
        ("R000123", Audience(persons=("R000123",))),
        ("Ｒ１、ZHOU", Audience(persons=("R1",))),
        ("司法局 R000123", Audience(units=("1101",), persons=("R000123",))),
        ("单位:1102", Audience(units=("1102",))),
        ("人员：1102", Audience(persons=("1102",))),
    ],
)
def test_who_is_meant(text: str, audience: Audience | None) -> None:
    if audience is None:
        with pytest.raises(SeveralUnits) as caught:
            meant(text)
        assert caught.value.found == (("zfk1", "市政府/司法局/执法科"), ("zfk2", "市政府/公安局/执法科"))
        return
    assert meant(text) == audience


@pytest.mark.parametrize("text", ["", "  ", "、", "的", "不含下级"])
def test_nothing_is_not_everybody(text: str) -> None:
    with pytest.raises(NotUnderstood):
        audience_words(text)


def test_what_is_not_known_is_named_with_what_may_be_meant() -> None:
    with pytest.raises(UnknownNames) as caught:
        meant("市司法局、卫健委、公安局")
    assert caught.value.names == ("市司法局", "卫健委")
    assert caught.value.near == (("1101", "市政府/司法局"),)


def test_a_code_that_is_also_a_number_is_asked_back() -> None:
    with pytest.raises(UnitOrPerson):
        meant("1102")


def test_what_contradicts_itself() -> None:
    with pytest.raises(AllAndUnits):
        meant("全市、司法局")
    with pytest.raises(SomeWithoutBelow) as caught:
        meant("司法局（不含下级）、公安局")
    assert caught.value.names == ("司法局",)
    with pytest.raises(PersonsAndGroups):
        meant("R1 的 领导干部")


def test_a_unit_admin_reaches_the_own_units_only() -> None:
    assert meant("全部", UNIT_ADMIN) == Audience()
    assert meant("司法局", UNIT_ADMIN) == Audience(units=("1101",))
    assert meant("执法科", UNIT_ADMIN) == Audience(units=("zfk1",))
    assert meant("本单位", UNIT_ADMIN) == Audience(units=("zfk1",))
    for text, names in (("公安局", ("公安局",)), ("全市", ("全市",)), ("市政府、司法局", ("市政府",))):
        with pytest.raises(Beyond) as caught:
            meant(text, UNIT_ADMIN)
        assert (caught.value.names, caught.value.managed) == (names, ("司法局",))
    with pytest.raises(UnknownNames):
        meant("R000123", UNIT_ADMIN)
