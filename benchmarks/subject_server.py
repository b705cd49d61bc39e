"""The subject: the bot as `serve` runs it, on a database that is ready.

`python -m benchmarks.subject_server PORT URL`
"""

import asyncio
import signal
import sys

import uvloop

from benchmarks.acts import AES_KEY, AGENT_ID, CORP_ID, TOKEN
from bot import app, logs
from bot.config import Config, DatabaseSection, Server, WeComSection
from storage.database import open_database


async def main(port: int, url: str) -> None:
    logs.set_up(quiet=True)
    config = Config(
        server=Server(port=port),
        database=DatabaseSection(url=url),
        wecom=WeComSection(
            corp_id=CORP_ID,
            agent_id=AGENT_ID,
            secret="none",
            token=TOKEN,
            encoding_aes_key=AES_KEY,
            api_base="http://127.0.0.1:9/cgi-bin",
        ),
    )
    database = open_database(url)
    async with app.built(config, database) as parts, app.running(parts):
        ended = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, ended.set)
        await ended.wait()
    await database.close()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), sys.argv[2]))
