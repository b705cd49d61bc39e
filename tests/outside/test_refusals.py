"""What the command line says when something is wrong: exit 1 and one line that says what to do.

The engine plays no part in most of it, so that most of it is shown on SQLite only.
"""

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.outside.conftest import Place, copy_of, new_house
from tests.outside.files import write_csv
from tests.outside.house import House, ledger_of_installation
from tests.outside.installation import Finished, Installation, free_port


def one_line(finished: Finished, *words: str, code: int = 1) -> str:
    """The refusal, which is one line on standard error and names the words."""
    lines = finished.err.strip().splitlines()
    assert (finished.code, len(lines)) == (code, 1), finished
    assert all(word in lines[0] for word in words), lines[0]
    return lines[0]


async def refusal(
    installation: Installation, *arguments: str | Path, words: tuple[str, ...] = (), **env: str
) -> None:
    """The same with --json: one document, whose error is the line."""
    finished = await installation.run(*arguments, "--json", **env)
    assert finished.json() == {"error": one_line(finished, *words)}


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Installation]:
    """An SQLite installation without any person, configured."""
    folder = tmp_path_factory.mktemp("desk")
    installation = Installation(folder, f"sqlite+aiosqlite:///{folder / 'xuefa.db'}")
    assert (await installation.run("init")).code == 0
    new_house(installation).configure()
    await installation.done("db", "upgrade")
    yield installation


def variant(desk: Installation, folder: Path, old: str, new: str) -> Path:
    """Another config with one edit."""
    config = (desk.folder / "config.toml").read_text(encoding="utf-8")
    assert old in config
    path = folder / f"{free_port()}.toml"
    path.write_text(config.replace(old, new, 1), encoding="utf-8")
    return path


async def test_configs_that_stop_the_start(desk: Installation, tmp_path: Path) -> None:
    config = (desk.folder / "config.toml").read_text(encoding="utf-8")
    secret = next(line for line in config.splitlines() if line.startswith("secret = "))
    cases = {
        "daly_at": variant(desk, tmp_path, "daily_at =", "daly_at ="),
        "wecom.secret": variant(desk, tmp_path, secret, 'secret = ""'),
        "wecom.encoding_aes_key": variant(desk, tmp_path, 'encoding_aes_key = "', 'encoding_aes_key = "x'),
        "port": variant(desk, tmp_path, "\nport = ", '\nport = "x" # '),
        "": variant(desk, tmp_path, "\n[wecom]", "\n[wecom"),
        "nowhere.toml": tmp_path / "nowhere.toml",
    }
    ended = await asyncio.gather(*(desk.run("--config", path, "serve") for path in cases.values()))
    value = json.loads(secret.partition("=")[2].split("#")[0])
    for word, finished in zip(cases, ended, strict=True):
        assert value not in one_line(finished, word)
    await refusal(desk, "serve", words=("secrte",), XUEFA_WECOM__SECRTE="hidden-value")
    await refusal(desk, "serve", "--config", cases["daly_at"], words=("daly_at",))


async def test_files_that_cannot_be_read(desk: Installation, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 this is no workbook")
    text_file = tmp_path / "text.csv"
    text_file.write_bytes("姓名\n".encode("utf-16"))
    empty = write_csv(tmp_path / "empty.csv", [])
    headless = write_csv(tmp_path / "headless.csv", [("颜色", "形状"), ("红", "圆")])
    questions = write_csv(tmp_path / "questions.csv", [("颜色", "形状"), ("红", "圆")])
    await asyncio.gather(
        refusal(desk, "units", "import", tmp_path / "missing.csv", words=("missing.csv",)),
        refusal(desk, "staff", "import", bad, words=("bad.xlsx",)),
        refusal(desk, "staff", "import", headless),
        refusal(desk, "staff", "import", empty),
        refusal(desk, "staff", "import", text_file),
        refusal(desk, "bank", "import", questions),
        refusal(desk, "restore", tmp_path),
        refusal(desk, "ledger", "export", "--year", "2026", "--out", tmp_path / "out.pdf", words=(".pdf",)),
    )


@pytest.mark.long
async def test_more_files_that_cannot_be_read(desk: Installation, tmp_path: Path) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(b"PK\x03\x04 this is no workbook")
    headless = write_csv(tmp_path / "headless.csv", [("颜色", "形状"), ("红", "圆")])
    await refusal(desk, "units", "import", headless, words=("单位",))
    await refusal(desk, "bank", "import", bad)
    await refusal(desk, "bank", "import", tmp_path)
    await refusal(desk, "ledger", "export", "--year", "2026", "--out", tmp_path / "no" / "out.csv")


async def test_a_row_that_is_rejected_is_no_refusal(desk: Installation, tmp_path: Path) -> None:
    good = {"id": "r-1", "kind": "single", "stem": "甲？", "options": ["一", "二"], "answer": ["A"]}
    rows = [good, {**good, "id": "r-2", "answer": ["Z"]}, {**good, "id": "r-3", "kind": "poem"}, good]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows) + "\n{broken\n", encoding="utf-8")
    found = await desk.done("bank", "import", path)
    assert (found["read"], found["imported"], found["duplicates"], found["rejected"]) == (5, 1, 1, 3)
    assert found["by_kind"] == {"single": 2}
    assert all(set(one) == {"where", "field", "problem", "severity"} for one in found["problems"])
    people = [
        ("姓名", "单位", "人员类别"),
        ("张三", "法制局", "工作人员"),
        ("李四", "", "工作人员"),
        ("", "法制局", "领导"),
    ]
    staff = await desk.run("staff", "import", write_csv(tmp_path / "people.csv", people), "--json", "--dry-run")
    assert staff.code == 0 and staff.json()


async def test_bad_usage(desk: Installation) -> None:
    one_line(await desk.run("init"), "config.toml")  # never over a config
    for arguments in (("flummox",), ("push", "daily", "--date", "soon"), ("ledger", "export")):
        finished = await desk.run(*arguments)
        assert finished.code == 2 and finished.err and "Traceback" not in finished.err


async def test_two_bots_on_one_sqlite_database(desk: Installation) -> None:
    await desk.start()
    try:
        await refusal(desk, "serve", XUEFA_SERVER__PORT=str(free_port()))
        await desk.metrics()
    finally:
        assert await desk.stop() == 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        await refusal(desk, "serve", words=(port,), XUEFA_SERVER__PORT=port)


async def test_an_unreachable_database(desk: Installation, tmp_path: Path) -> None:
    urls = (
        f"postgresql+asyncpg://nobody:hidden-value@127.0.0.1:{free_port()}/xuefa",
        f"sqlite+aiosqlite:///{tmp_path / 'no' / 'such' / 'folder.db'}",
        "mysql://x:hidden-value@127.0.0.1/xuefa",
    )
    for url in urls[::2]:
        finished = await desk.run("serve", XUEFA_DATABASE__URL=url)
        assert "hidden-value" not in one_line(finished)
    finished = await desk.run("ledger", "verify", XUEFA_DATABASE__URL=urls[1])
    one_line(finished)


async def test_a_database_of_a_newer_version(prepared: Installation, place: Place, tmp_path: Path) -> None:
    installation = await copy_of(prepared, tmp_path, place)
    engine = create_async_engine(installation.database_url)
    async with engine.begin() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999_from_the_future'"))
    await engine.dispose()
    before = (tmp_path / "xuefa.db").read_bytes() if place.server is None else b""
    for command in (("serve",), ("push", "daily")):
        await refusal(installation, *command)
    assert before == ((tmp_path / "xuefa.db").read_bytes() if place.server is None else b"")


async def test_without_tables(desk: Installation, tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'new.db'}"
    await refusal(desk, "push", "daily", words=("xuefa db upgrade",), XUEFA_DATABASE__URL=url)


async def test_a_line_that_was_changed(town: House, place: Place, tmp_path: Path) -> None:
    """The table and columns of the ledger are part of the contract; a change behind the bot's back is found."""
    if place.server is not None:
        pytest.skip("the database's owner is asked in the tests of the storage")
    card = await town.card("Staff60")
    await town.tap("Staff60", card, "A")
    copied = tmp_path / "copy"
    copied.mkdir()
    dump = tmp_path / "dump"
    await town.installation.done("backup", dump)
    url = f"sqlite+aiosqlite:///{copied / 'xuefa.db'}"
    shutil.copy(town.installation.folder / "config.toml", copied)
    moved = Installation(copied, url)
    moved.configure(database={"url": url})
    await moved.done("restore", dump)
    assert await ledger_of_installation(moved, tmp_path)
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        guards = await connection.execute(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger_entry'")
        )
        for (name,) in guards.all():
            await connection.execute(text(f'DROP TRIGGER "{name}"'))
        await connection.execute(text("UPDATE ledger_entry SET hours = 1000 WHERE seq = 1"))
    await engine.dispose()
    await refusal(moved, "ledger", "verify", words=("1",))
