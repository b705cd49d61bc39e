"""A terminal for the tests: a folder with a configuration, commands run in it, and a look into its database."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from bot.cli import main
from storage.database import Tx, open_database

AES_KEY = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
SECRETS = ("the-app-secret", "QDG6eKtoken", AES_KEY)
CONFIG = """
[database]
url = "{url}"
[wecom]
corp_id = "wx5823bf96d3bd56c7"
agent_id = "1000002"
secret = "the-app-secret"
token = "QDG6eKtoken"
encoding_aes_key = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
api_base = "{api_base}"
"""
UNREACHABLE = "http://127.0.0.1:9/cgi-bin"

UNITS = """单位代码,单位名称,上级单位代码,排名组,单位性质
gov,市政府,,,市政府
sfj,司法局,gov,政府部门组,政府部门
zfk,执法科,sfj,,
czj,财政局,gov,政府部门组,政府部门
"""
ROSTER = """姓名,单位,人员类别,账号,人员编号,职务,法律职业资格
张三,sfj,工作人员,zhangsan,P1,科员,是
李四,zfk,工作人员；行政执法人员,lisi,P2,,
王五,czj,领导干部,wangwu,P3,局长,否
赵六,czj,其他,zhaoliu,P4,,
"""


def questions(*numbers: int) -> str:
    """JSON Lines: one single-choice question for each number."""
    lines = []
    for number in numbers:
        held = {
            "id": f"q-{number}",
            "kind": "single",
            "stem": f"第{number}个完全不同的题目问的是{chr(0x4E00 + number * 97) * 6}？",
            "options": [f"甲{number}", f"乙{number}", f"丙{number}", f"丁{number}"],
            "answer": ["B"],
            "explanation": "因为乙是对的。",
            "citations": [{"law": "行政处罚法", "article": number}],
        }
        lines.append(json.dumps(held, ensure_ascii=False))
    return "\n".join(lines) + "\n"


@dataclass
class Terminal:
    """`url` is the database of its configuration."""

    folder: Path
    url: str
    api_base: str = UNREACHABLE

    def __post_init__(self) -> None:
        self.config.write_text(CONFIG.format(url=self.url, api_base=self.api_base), encoding="utf-8")

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    def file(self, name: str, content: str | bytes) -> str:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def path(self, name: str) -> str:
        return str(self.folder / name)

    def run(self, *words: str, exit_code: int = 0) -> Result:
        result = CliRunner().invoke(main, [*words, "--config", str(self.config)], catch_exceptions=False)
        assert result.exit_code == exit_code, result.output
        return result

    def json(self, *words: str, exit_code: int = 0) -> Any:
        """The one document on standard output, and nothing else there."""
        result = self.run(*words, "--json", exit_code=exit_code)
        document = json.loads(result.stdout)
        assert result.stdout.count("\n") == 1
        return document

    def refused(self, *words: str) -> str:
        """The one line on standard error, the same in the document."""
        result = self.run(*words, exit_code=1)
        assert result.stdout == ""
        assert result.stderr.count("\n") == 1
        assert self.json(*words, exit_code=1) == {"error": result.stderr.strip()}
        return result.stderr.strip()

    def inside(self, work: Callable[[Tx], Awaitable[Any]]) -> Any:
        """Runs the work in one transaction on the database."""

        async def opened() -> Any:
            database = open_database(self.url)
            try:
                async with database.write() as tx:
                    return await work(tx)
            finally:
                await database.close()

        return asyncio.run(opened())

    def rows(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """A look by another library, or damage done by another hand; only on SQLite."""
        with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as connection, connection:
            return connection.execute(statement, values).fetchall()

    def audits(self) -> list[tuple[str, str]]:
        """(what, subject) of every act on the audit log, in order."""
        return [(what, subject) for what, subject in self.rows("SELECT what, subject FROM audit_log ORDER BY seq")]

    def admins(self) -> None:
        """Two city admins more, accounts `first` and `second`."""
        header = "姓名,单位,人员类别,账号,人员编号,角色\n"
        rows = "甲管,sfj,工作人员,first,A1,市级管理员\n乙管,sfj,工作人员,second,A2,市级管理员\n"
        self.run("staff", "import", self.file("admins.csv", header + rows))

    def bring(self, *, numbers: Sequence[int] = (1, 2, 3, 4)) -> "Terminal":
        """The units, the people and a few questions."""
        self.run("units", "import", self.file("units.csv", UNITS))
        self.run("staff", "import", self.file("roster.csv", ROSTER))
        if numbers:
            self.run("bank", "import", self.file("bank.jsonl", questions(*numbers)))
        return self
