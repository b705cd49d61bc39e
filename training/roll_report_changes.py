"""What a 人员变动申报 changes on the roll, as the edit that a batch carries."""

from datetime import date, timedelta
from typing import Final

from training.batches import Period, PersonEdit, RollChanges, Value
from training.people import Field
from training.roll import KnownPerson
from training.roll_report_errors import NothingChanges, NotUnderstood, TooFarOff
from training.roll_reports import Kind, Said
from training.roster_columns import CATEGORY_NAMES, MARK_NAME
from training.statuses import ON_DUTY, standing_periods

FURTHEST: Final = timedelta(days=366)
LONGEST_NAME: Final = 30


def demand_near(said: Said, today: date) -> None:
    """Raises: TooFarOff: what is further away is more likely a slip of the year."""
    if abs(said.starts - today) > FURTHEST:
        raise TooFarOff(said.starts)


def edit_of(said: Said, known: KnownPerson, unit: str) -> PersonEdit:
    """Of somebody on the roll; `unit` is where a transfer leads. Raises: NothingChanges."""
    held = known.values(said.starts)
    name = held.get(Field.NAME, "")
    if said.kind in (Kind.LEAVE, Kind.STATUS):
        if _is_known(said, known):
            raise NothingChanges(name)
        return PersonEdit(known.number, name, periods=(Period(said.status, said.starts, said.ends),))
    field, value = (Field.UNIT, unit) if said.kind is Kind.TRANSFER else (Field.POST, said.post)
    if held.get(field, "") == value:
        raise NothingChanges(name)
    return PersonEdit(known.number, name, (Value(field.value, value, said.starts, held.get(field, "")),))


def _is_known(said: Said, known: KnownPerson) -> bool:
    """The status holds on that day already, and its end is the one said, or none was."""
    if known.status(said.starts).name != said.status:
        return False
    ends = {one.ends for one in standing_periods(known.periods) if one.status == said.status}
    return said.status == ON_DUTY.name or said.ends is None or said.ends in ends


def newcomer(said: Said, number: str, unit: str) -> PersonEdit:
    """Somebody new under the next free 人员编号. Raises: NotUnderstood when that is no name."""
    if len(said.person) > LONGEST_NAME or any(letter.isdigit() for letter in said.person) or said.category is None:
        raise NotUnderstood(said.person)
    held = {Field.NAME: said.person, Field.UNIT: unit, Field.CATEGORY: said.category.value}
    if said.mark:
        held[Field.MARK] = "1"
    values = tuple(Value(field.value, value, said.starts) for field, value in held.items())
    return PersonEdit(number, said.person, values)


def same(one: RollChanges, other: PersonEdit) -> bool:
    """The first is about the same person and the same kind of change, or about somebody new of the same name."""
    [edit] = one.people
    both_new = _is_new(edit) and _is_new(other)
    if both_new:
        return (edit.name, _unit(edit)) == (other.name, _unit(other))
    fields = {value.field for value in edit.values} == {value.field for value in other.values}
    return edit.person == other.person and fields and not _is_new(edit)


def _is_new(edit: PersonEdit) -> bool:
    return any(value.field == Field.NAME for value in edit.values)


def _unit(edit: PersonEdit) -> str:
    return next((value.value for value in edit.values if value.field == Field.UNIT), "")


def shown(said: Said, edit: PersonEdit, unit: str) -> str:
    """In words; `unit` is the path of where a transfer leads, or where somebody new comes."""
    who, since = f"{edit.name}（{edit.person}）", f"{said.starts} 起"
    match said.kind:
        case Kind.TRANSFER:
            return f"{who}调往{unit}，{since}"
        case Kind.POST:
            return f"{who}职务改为{said.post}，{since}"
        case Kind.JOIN:
            category = CATEGORY_NAMES[said.category] if said.category else ""
            return f"新进{who}，{unit}，{category}{f'、{MARK_NAME}' if said.mark else ''}，{since}"
    span = f"{said.starts} 至 {said.ends}" if said.ends else since
    return f"{who}{said.status}，{span}"


def reason(
    number: int, unit: str, *, received: str = "", alone: bool = False, admin: bool = False, alike: int = 0
) -> str:
    """For the city's admin. `received`: by whom; `alone`: the unit has no admin who could; `alike`: of one name."""
    noted = [
        f"{received}已确认接收" if received else "",
        "接收单位没有可确认的管理员，请市级核实" if alone else "",
        "本人是单位管理员，管理权限请另行调整" if admin else "",
        f"名册中另有同名 {alike} 人，请核对是否同一人" if alike else "",
    ]
    return "；".join((f"{unit}人员变动申报 {number}", *filter(None, noted)))
