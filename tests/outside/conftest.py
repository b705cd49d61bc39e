"""Installations for the outside peer, on both engines.

Files are imported once an engine (`prepared`); a scenario gets a copy, or persons of its own in `town`.
"""

import itertools
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.outside.fake_wecom import FakeWecom
from tests.outside.files import JUDGE, LONG_MULTIPLE, SINGLE, others, staff, write_bank, write_rolls
from tests.outside.house import House
from tests.outside.installation import Installation
from tests.outside.wire import new_keys
from tests.postgres import Server

AGENT = 1000007
NUMBERS = itertools.count(1)


@dataclass
class Place:
    """Where one engine keeps its databases; `copy` clones one that nobody is connected to."""

    folder: Path
    server: Server | None

    async def url(self, folder: Path) -> str:
        if self.server is None:
            return f"sqlite+aiosqlite:///{folder / 'xuefa.db'}"
        return await self.server.create(self._name())

    async def copy(self, source: Installation, folder: Path) -> str:
        if self.server is None:
            for path in source.folder.glob("xuefa.db*"):
                shutil.copy(path, folder / path.name)
            return f"sqlite+aiosqlite:///{folder / 'xuefa.db'}"
        name, before = self._name(), source.database_url.split("?")[0].rsplit("/", 1)[1]
        await self.server.run(f'CREATE DATABASE "{name}" TEMPLATE "{before}"')
        return self.server.url_of(name)

    def _name(self) -> str:
        return f"outside_{next(NUMBERS)}"


def new_house(installation: Installation) -> House:
    keys = new_keys()
    members = {person.account.casefold() for person in [*staff(), *others()]}
    return House(installation, FakeWecom(keys.corp, secrets.token_hex(12), AGENT, members), keys)


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Place:
    server = request.getfixturevalue("postgres") if request.param == "postgresql" else None
    return Place(tmp_path_factory.mktemp("outside"), server)


@pytest.fixture(scope="session")
async def prepared(place: Place) -> Installation:
    """Config written by `init` and edited, rolls and bank imported: one question for each group."""
    folder = place.folder / "prepared"
    folder.mkdir()
    installation = Installation(folder, await place.url(folder))
    assert (await installation.run("init")).code == 0
    new_house(installation).configure()
    await installation.done("db", "upgrade")
    for noun, path in zip(("units", "staff"), write_rolls(folder), strict=True):
        await installation.done(noun, "import", path)
    bank = write_bank(folder / "bank.jsonl", SINGLE, LONG_MULTIPLE, JUDGE)
    found = await installation.done("bank", "import", bank)
    assert (found["read"], found["imported"], found["rejected"]) == (3, 3, 0), found
    assert found["by_kind"] == {"single": 1, "multiple": 1, "judge": 1}
    return installation


async def copy_of(source: Installation, folder: Path, place: Place) -> Installation:
    shutil.copy(source.folder / "config.toml", folder / "config.toml")
    installation = Installation(folder, await place.copy(source, folder))
    installation.configure(database={"url": installation.database_url})
    return installation


@pytest.fixture
async def house(prepared: Installation, place: Place, tmp_path: Path) -> AsyncIterator[House]:
    """A copy of its own, WeCom running, serve not yet."""
    async with new_house(await copy_of(prepared, tmp_path, place)) as made:
        yield made


@pytest.fixture(scope="session")
async def town(prepared: Installation, place: Place) -> AsyncIterator[House]:
    """One running bot for all the scenarios that do not break it; today's question has been pushed.

    Each scenario takes persons of its own.
    """
    folder = place.folder / "town"
    folder.mkdir()
    async with new_house(await copy_of(prepared, folder, place)) as made:
        await made.installation.start()
        ended = await made.push()
        await made.card("Staff7")
        assert time.monotonic() - ended < 2, "what the command line queues is sent within 2 seconds"
        yield made
