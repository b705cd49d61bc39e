"""What every test may ask for: `database`, migrated and empty, once on SQLite and once on PostgreSQL.

A test with `database` among its arguments runs twice, as `[sqlite]` and `[postgresql]`. `REQUIRE_PG=1` makes a
missing PostgreSQL a failure instead of a skip.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

import pytest

from storage.database import Database
from tests.databases import ENGINES, Home, postgres_home, sqlite_home
from tests.postgres import NoServer, Server, server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A running PostgreSQL, stopped at the end of the session."""
    try:
        with server() as running:
            yield running
    except NoServer as reason:
        if os.environ.get("REQUIRE_PG") == "1":
            pytest.fail(f"REQUIRE_PG=1, but there is no PostgreSQL: {reason}", pytrace=False)
        pytest.skip(f"NO POSTGRESQL, half of the suite is not run: {reason}")


@pytest.fixture(scope="session", params=ENGINES)
async def home(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """One engine's place for databases, for a whole session."""
    made: Home
    if request.param == "sqlite":
        made = await sqlite_home(tmp_path_factory.mktemp("sqlite"))
    else:
        made = await postgres_home(request.getfixturevalue("postgres"))
    yield made
    await made.close()


@pytest.fixture
async def database(home: Home) -> AsyncIterator[Database]:
    """A migrated and otherwise empty database."""
    yield home.database
    await home.clean()


Empty = Callable[[], Awaitable[Database]]


@pytest.fixture
def empty(home: Home) -> Empty:
    """Makes another database of the same engine, without any table."""
    return home.empty
