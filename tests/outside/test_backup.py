"""A dump taken while the bot answers, read back by the other engine."""

import asyncio
from pathlib import Path

from tests.outside.conftest import Place
from tests.outside.house import House, ledger_of_installation
from tests.outside.installation import Installation
from tests.postgres import Server


def other_engine(place: Place, postgres: Server, folder: Path) -> Place:
    folder.mkdir()
    return Place(folder, postgres if place.server is None else None)


async def test_a_dump_moves_to_the_other_engine(
    town: House, place: Place, postgres: Server, tmp_path: Path
) -> None:
    card = await town.card("Staff40")
    assert (await town.tap("Staff40", card, "B")).reply is not None

    async def answers() -> None:
        for number in range(41, 80):
            assert (await town.tap(f"Staff{number}", card, "B")).reply is not None
            await asyncio.sleep(0.03)

    dump = tmp_path / "dump"
    await asyncio.gather(town.installation.done("backup", dump), answers())
    other = other_engine(place, postgres, tmp_path / "other")
    moved = await restored(town, dump, await other.url(other.folder), other.folder)

    there = await ledger_of_installation(moved, tmp_path)
    here = await town.ledger(tmp_path)
    assert 0 < len(there) <= len(here)
    assert there == here[: len(there)], "the dump is one moment"
    verified = await moved.done("ledger", "verify")
    assert verified["lines"] == len(there)
    again = await moved.run("restore", dump)
    assert again.code == 1 and len(again.err.strip().splitlines()) == 1, "never over data"


async def restored(town: House, dump: Path, url: str, folder: Path) -> Installation:
    moved = Installation(folder, url)
    (folder / "config.toml").write_text((town.installation.folder / "config.toml").read_text())
    moved.configure(database={"url": url})
    await moved.done("restore", dump)
    return moved
