"""Where databases come from that hold a few units and questions and nothing else: copies of one that was filled."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import count
from os import getpid
from pathlib import Path
from typing import Final, Protocol

from question_bank.questions import Question
from storage import migrating, units
from storage.database import open_database
from tests.handlers.city import SINGLE
from tests.postgres import Server
from tests.storage.rows import add_questions
from training.people import Fact, UnitField

UNITS: Final = {"gov": "", "sfj": "gov", "zfk": "sfj", "czj": "gov", "zhen": ""}  # 单位代码 → 上级
RECORDED: Final = datetime(2026, 1, 2, tzinfo=UTC)
SINCE: Final = date(2020, 1, 1)
QUESTIONS: Final = [
    Question(id=f"q{n}", kind=SINGLE.kind, stem=f"第{n}题？", options=SINGLE.options, answer=("B",))
    for n in range(4)
]


class Cellar(Protocol):
    """One engine's."""

    async def fill(self) -> None: ...
    async def new(self) -> str:
        """Returns its url."""

    async def drop(self, url: str) -> None: ...


async def furnish(url: str) -> None:
    database = open_database(url)
    await migrating.upgrade(database)
    facts = [Fact(code, UnitField.NAME, f"单位{code}", SINCE, RECORDED) for code in UNITS]
    facts += [Fact(code, UnitField.PARENT, above, SINCE, RECORDED) for code, above in UNITS.items() if above]
    async with database.write() as tx:
        await add_questions(tx, *QUESTIONS)
        await units.add(tx, facts, by="test", now=RECORDED, today=RECORDED.date())
    await database.close()


@dataclass
class Files:
    folder: Path
    numbers: Iterator[int] = field(default_factory=count)

    async def fill(self) -> None:
        await furnish(f"sqlite:///{self.folder}/template.db")

    async def new(self) -> str:
        file = self.folder / f"town-{next(self.numbers)}.db"
        shutil.copyfile(self.folder / "template.db", file)
        return f"sqlite:///{file}"

    async def drop(self, url: str) -> None:
        for file in self.folder.glob(Path(url).name + "*"):
            file.unlink()


@dataclass
class Databases:
    server: Server
    template: str = f"xuefa_model_{getpid()}"
    numbers: Iterator[int] = field(default_factory=count)

    async def fill(self) -> None:
        await self.server.drop(self.template)
        await furnish(await self.server.create(self.template))

    async def new(self) -> str:
        name = f"{self.template}_{next(self.numbers)}"
        await self.server.run(f'CREATE DATABASE "{name}" TEMPLATE "{self.template}"')
        return self.server.url_of(name)

    async def drop(self, url: str) -> None:
        await self.server.drop(url.split("?")[0].rsplit("/", 1)[1])
