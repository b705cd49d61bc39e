"""The people of a roll as members of the demo's local WeCom."""

from datetime import UTC, datetime

from bot.sandbox import Corp, Department, Member
from handlers.actions import rolls
from storage import units
from storage.database import Database
from storage.scope import EVERYTHING
from training.calendar import day_of
from training.people import Field, Role

_ROLES = {Role.CITY_ADMIN: "市级管理员", Role.UNIT_ADMIN: "单位管理员", Role.AUDITOR: "督察员"}


async def members_and_departments(database: Database) -> Corp:
    """A department for each unit, a member for each account; the corp's id and apps are the caller's."""
    today = day_of(datetime.now(UTC))
    known = await rolls.known_people(database, EVERYTHING)
    async with database.read() as tx:
        all_units = await units.every(tx)
    ids = {code: number for number, code in enumerate(sorted(all_units), 2)}
    departments = [Department(1, "清溪市")] + [
        Department(ids[unit.code], unit.name, ids.get(unit.parent, 1)) for unit in all_units.values()
    ]
    members = []
    for person in known:
        held = person.values(today)
        for account in person.wecom_accounts:
            role = _ROLES.get(Role(held.get(Field.ROLE) or Role.LEARNER), "")
            department = ids.get(held.get(Field.UNIT, ""), 1)
            members.append(
                Member(account, held.get(Field.NAME, account), department, held.get(Field.POST, ""), role=role)
            )
    return Corp("", (), members, departments)
