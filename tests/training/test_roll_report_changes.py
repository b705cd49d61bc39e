"""What a 人员变动申报 changes on the roll."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from training.batches import Period, PersonEdit, RollChanges, Value
from training.people import Category, Fact, Field, StatusPeriod
from training.roll import KnownPerson
from training.roll_report_changes import demand_near, edit_of, newcomer, reason, same, shown
from training.roll_report_errors import NothingChanges, NotUnderstood, TooFarOff
from training.roll_reports import Kind, Said

THEN = datetime(2026, 1, 1, tzinfo=UTC)
DAY = date(2026, 11, 20)
HELD = {Field.NAME: "张三", Field.UNIT: "11", Field.POST: "科员"}
FACTS = tuple(Fact("R1", field.value, value, date(2026, 1, 1), THEN) for field, value in HELD.items())
ZHANG = KnownPerson("R1", FACTS)
LEAVE = Said(Kind.STATUS, "张三", DAY, status="产假", ends=date(2027, 3, 31))
JOIN = Said(Kind.JOIN, "李四", DAY, category=Category.STAFF, mark=True)


def test_a_transfer_and_a_post_say_what_held_on_that_day() -> None:
    later = replace(ZHANG, facts=(*FACTS, Fact("R1", "unit", "13", date(2026, 12, 1), THEN)))
    said = Said(Kind.TRANSFER, "张三", DAY, unit="财政局")
    assert edit_of(said, later, "12") == PersonEdit("R1", "张三", (Value("unit", "12", DAY, "11"),))
    assert edit_of(replace(said, starts=date(2026, 12, 5)), later, "12").values[0].before == "13"
    post = Said(Kind.POST, "张三", DAY, post="科长")
    assert edit_of(post, ZHANG, "").values == (Value("post", "科长", DAY, "科员"),)
    for one, unit in ((said, "11"), (replace(post, post="科员"), "")):
        with pytest.raises(NothingChanges):
            edit_of(one, ZHANG, unit)


def test_a_status_is_recorded_unless_it_holds() -> None:
    assert edit_of(LEAVE, ZHANG, "").periods == (Period("产假", DAY, date(2027, 3, 31)),)
    away = replace(ZHANG, periods=(StatusPeriod("R1", "产假", DAY, date(2027, 3, 31), THEN),))
    for known in (LEAVE, replace(LEAVE, ends=None)):
        with pytest.raises(NothingChanges):
            edit_of(known, away, "")
    assert edit_of(replace(LEAVE, ends=date(2027, 4, 30)), away, "").periods[0].ends == date(2027, 4, 30)
    back = Said(Kind.STATUS, "张三", DAY, status="在岗")
    assert edit_of(back, away, "").periods == (Period("在岗", DAY),)
    with pytest.raises(NothingChanges):
        edit_of(back, ZHANG, "")


def test_somebody_new_brings_all_that_the_roll_needs() -> None:
    edit = newcomer(JOIN, "R000007", "11")
    held = {value.field: value.value for value in edit.values}
    assert held == {"name": "李四", "unit": "11", "category": "staff", "mark": "1"}
    assert shown(JOIN, edit, "司法局") == "新进李四（R000007），司法局，工作人员、行政执法人员，2026-11-20 起"
    for name in ("R000123", "字" * 31):
        with pytest.raises(NotUnderstood):
            newcomer(replace(JOIN, person=name), "R000007", "11")


def test_what_is_the_same_is_known() -> None:
    leave = edit_of(LEAVE, ZHANG, "")
    post = edit_of(Said(Kind.POST, "张三", DAY, post="科长"), ZHANG, "")
    assert same(RollChanges((leave,)), leave)
    assert not same(RollChanges((leave,)), post)
    assert not same(RollChanges((replace_person(post, "R2"),)), post)
    new = newcomer(JOIN, "R000007", "11")
    assert same(RollChanges((new,)), newcomer(JOIN, "R000008", "11"))
    assert not same(RollChanges((new,)), newcomer(JOIN, "R000008", "12"))
    assert not same(RollChanges((new,)), newcomer(replace(JOIN, person="王五"), "R000007", "11"))


def replace_person(edit: PersonEdit, number: str) -> PersonEdit:
    return PersonEdit(number, edit.name, edit.values, edit.periods)


def test_a_day_far_off_is_a_slip() -> None:
    demand_near(replace(LEAVE, starts=date(2027, 11, 21)), DAY)
    for far in (date(2027, 11, 22), date(2025, 11, 18)):
        with pytest.raises(TooFarOff):
            demand_near(replace(LEAVE, starts=far), DAY)


def test_what_the_city_has_to_know_stands_in_the_reason() -> None:
    assert reason(5, "司法局") == "司法局人员变动申报 5"
    said = reason(5, "司法局", received="财政局蔡会", admin=True)
    assert said == "司法局人员变动申报 5；财政局蔡会已确认接收；本人是单位管理员，管理权限请另行调整"
