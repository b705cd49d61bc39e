"""The city of `hours_city` with those who may have reports: `admin`, `du` (督察员), `guan` (司法局), `none`."""

from storage import wishes
from storage.database import Database
from tests.handlers import hours_city
from tests.handlers.city import add_person
from tests.handlers.stage import MONDAY, at

ADMINS = {
    "admin": ("R5", "江平", "city_admin", ""),
    "admin2": ("R6", "何芳", "city_admin", ""),
    "du": ("R7", "杜明", "auditor", ""),
    "guan": ("R8", "管清", "unit_admin", "sfj"),
    "both": ("R9", "平双", "unit_admin", "zfk,czj"),
    "none": ("R10", "吴辖", "unit_admin", ""),
    "zhou": ("R11", "周敏", "learner", ""),
    "sys": ("R12", "石原", "system_admin", ""),
}


async def build(database: Database) -> None:
    async with database.write() as tx:
        await hours_city.build(tx)
        for account, (number, name, role, managed) in ADMINS.items():
            await add_person(
                tx, number, account, name=name, unit="czj", category="other", role=role, managed_units=managed
            )
        await wishes.mark_privacy_shown(tx, [number for number, *_ in ADMINS.values()], at(MONDAY, "08:00"))
