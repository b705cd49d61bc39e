"""The subject: a folder with a config, and `xuefa` as a program, never as a library.

`serve` runs as a child with its output in `serve.log`; the folder is the working directory of every call.
"""

import asyncio
import json
import os
import re
import socket
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

PROGRAM = Path(sys.executable).with_name("xuefa")
COMMAND_SECONDS = 60
START_SECONDS = 40
STOP_SECONDS = 10


@dataclass(frozen=True)
class Finished:
    """How a command ended."""

    code: int
    out: str
    err: str

    def json(self) -> dict[str, Any]:
        """The one document on standard output."""
        found: dict[str, Any] = json.loads(self.out)
        return found


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XUEFA_", "COV_"))}
    return {**kept, **more}


@dataclass
class Installation:
    """One city's bot."""

    folder: Path
    database_url: str
    port: int = field(default_factory=free_port)
    _serving: asyncio.subprocess.Process | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        path = self.folder / "serve.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def configure(self, **sections: dict[str, str | int]) -> None:
        """Edits the keys of the config that `init` wrote, each in its place."""
        path = self.folder / "config.toml"
        text = path.read_text(encoding="utf-8")
        for section, keys in sections.items():
            head, mark, rest = text.partition(f"\n[{section}]")
            assert mark, f"the config has no [{section}]"
            body, following, tail = rest.partition("\n[")
            for key, value in keys.items():
                line = f"{key} = {json.dumps(value)}"
                body, count = re.subn(rf"(?m)^{key} = [^#\n]*", line.replace("\\", "\\\\"), body)
                assert count == 1, f"the config has no line for {section}.{key}"
            text = head + mark + body + following + tail
        path.write_text(text, encoding="utf-8")

    async def run(self, *arguments: str | Path, **env: str) -> Finished:
        child = await asyncio.create_subprocess_exec(
            PROGRAM, *map(str, arguments), cwd=self.folder, env=environment(**env),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        try:
            out, err = await asyncio.wait_for(child.communicate(), COMMAND_SECONDS)
        except TimeoutError:
            child.kill()
            await child.wait()
            raise
        assert child.returncode is not None
        return Finished(child.returncode, out.decode(), err.decode())

    async def done(self, *arguments: str | Path) -> dict[str, Any]:
        """Runs a command that must succeed; its one JSON document."""
        finished = await self.run(*arguments, "--json")
        assert finished.code == 0, f"{arguments}: {finished.code} {finished.out} {finished.err}"
        return finished.json()

    async def start(self) -> None:
        with (self.folder / "serve.log").open("ab") as log:
            self._serving = await asyncio.create_subprocess_exec(
                PROGRAM, "serve", cwd=self.folder, env=environment(),
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        await self._until_ready(self._serving)

    async def _until_ready(self, child: asyncio.subprocess.Process) -> None:
        ends = time.monotonic() + START_SECONDS
        async with aiohttp.ClientSession() as session:
            while time.monotonic() < ends:
                assert child.returncode is None, f"serve ended with {child.returncode}: {self.log[-3000:]}"
                try:
                    async with session.get(self.base + "/readyz") as answer:
                        if answer.status == 200:
                            return
                except aiohttp.ClientError:
                    pass
                await asyncio.sleep(0.05)
        raise AssertionError("serve is not ready: " + self.log[-3000:])

    async def kill(self) -> None:
        assert self._serving is not None
        self._serving.kill()
        await self._serving.wait()
        self._serving = None

    async def stop(self) -> int:
        """SIGTERM; the exit code, within the ten seconds that are promised."""
        assert self._serving is not None
        child, self._serving = self._serving, None
        if child.returncode is None:
            child.terminate()
        try:
            return await asyncio.wait_for(child.wait(), STOP_SECONDS)
        except TimeoutError:
            child.kill()
            await child.wait()
            raise

    @property
    def serving(self) -> bool:
        return self._serving is not None and self._serving.returncode is None

    async def metrics(self) -> dict[str, float]:
        """Every sample of /metrics, by its name with labels."""
        async with aiohttp.ClientSession() as session, session.get(self.base + "/metrics") as answer:
            assert answer.status == 200
            lines = (await answer.text()).splitlines()
        samples = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
        return {name: float(value) for name, value in samples}
