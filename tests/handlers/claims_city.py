"""A city with a tree of units, admins at several heights, and people who claim.

`gov` 市政府 → `sfj` 司法局 → `zfk` 执法科, and beside it `czj` 财政局. 执法科 and 司法局 have an admin each, 市政府
one for all below, 财政局 none; two city admins. It is Monday 23 November, 10 o'clock.
"""

from storage import units, wishes
from storage.database import Database
from tests.handlers.city import NEW_YEAR, add_person
from tests.handlers.stage import MONDAY, at
from training.people import Fact, UnitField

UNITS = {"gov": ("市政府", ""), "sfj": ("司法局", "gov"), "zfk": ("执法科", "sfj"), "czj": ("财政局", "gov")}
PEOPLE = {
    "R1": ("zhou", {"name": "周敏", "unit": "zfk"}),
    "R2": ("chen", {"name": "陈静", "unit": "sfj", "category": "leader", "leadership": "局长"}),
    "R3": ("wu", {"name": "伍明", "unit": "czj"}),
    "R4": ("lin", {"name": "林涛", "unit": "zfk"}),
    "R5": ("admin", {"name": "江平", "unit": "gov", "role": "city_admin"}),
    "R6": ("second", {"name": "何芳", "unit": "gov", "role": "city_admin"}),
    "R7": ("ke", {"name": "柯明", "unit": "zfk", "role": "unit_admin", "managed_units": "zfk"}),
    "R8": ("ju", {"name": "鞠华", "unit": "sfj", "role": "unit_admin", "managed_units": "sfj"}),
    "R9": ("shi", {"name": "施礼", "unit": "gov", "role": "unit_admin", "managed_units": "gov"}),
}


async def settle(database: Database) -> None:
    """Everybody knows the privacy notice."""
    facts = [
        Fact(code, field, value, NEW_YEAR, at(NEW_YEAR))
        for code, (name, parent) in UNITS.items()
        for field, value in ((UnitField.NAME, name), (UnitField.PARENT, parent))
        if value
    ]
    async with database.write() as tx:
        await units.add(tx, facts, by="test", now=at(NEW_YEAR), today=MONDAY)
        for number, (account, values) in PEOPLE.items():
            await add_person(tx, number, account, **values)
        await wishes.mark_privacy_shown(tx, list(PEOPLE), at(MONDAY, "08:00"))
