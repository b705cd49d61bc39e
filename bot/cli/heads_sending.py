"""The signed head that goes to the officers before an export from the command line; a running `serve` sends it."""

from datetime import datetime

from bot import head_key
from bot.channels import wecom_drafts
from bot.channels.wecom_messages import CHANNEL
from bot.cli.frame import Call, operator
from bot.config import Config
from handlers.heads_job import HeadsJob
from storage.database import Database


async def send_head(call: Call, database: Database, now: datetime) -> bool:
    """Whether it was queued just now: once a day, if the ledger has moved since the last one.

    Never in the way of the export: without WeCom in the configuration, or with a database that only lets itself be
    read, nothing happens.
    """
    config = call.config()
    if config.wecom.faults():
        return False
    try:
        async with database.write() as tx:
            return await _job(config).send_before_export(tx, now)
    except Exception:  # whatever the driver says: the report itself needs no writing
        return False


def _job(config: Config) -> HeadsJob:
    agent_id = int(config.wecom.agent_id)
    return HeadsJob(
        CHANNEL,
        lambda push, ref, mass: wecom_drafts.freeze(push, ref, agent_id, mass=mass),
        lambda: head_key.key_at(head_key.place(config.database)),
        operator(),
        "cli",
    )
