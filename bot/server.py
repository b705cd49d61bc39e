"""The HTTP side: the callback, health, metrics, and the file by which WeCom checks the domain."""

import ipaddress
import re
from pathlib import Path
from typing import Final

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.channels.wecom_callback import Callback
from bot.channels.wecom_codec import MAX_BODY_BYTES
from bot.metrics import Metrics
from storage import migrating, outbox
from storage.database import Database

_VERIFY_NAME: Final = re.compile(r"WW_verify_[0-9A-Za-z]{1,64}\.txt")


class Pages:
    """The handlers that are not the callback's."""

    def __init__(self, database: Database, metrics: Metrics, *, metrics_public: bool, verify_folder: Path) -> None:
        self._database = database
        self._metrics = metrics
        self._metrics_public = metrics_public
        self._verify_folder = verify_folder

    async def healthz(self, request: web.Request) -> web.Response:
        return web.Response(text="ok")

    async def readyz(self, request: web.Request) -> web.Response:
        """200 when the database answers and is migrated."""
        try:
            ready = await migrating.revision(self._database) == migrating.newest()
        except (migrating.NewerDatabase, migrating.Unreachable):
            ready = False
        return web.Response(status=200 if ready else 503, text="ready" if ready else "not ready")

    async def metrics(self, request: web.Request) -> web.Response:
        if not self._metrics_public and not _is_loopback(request.remote):
            return web.Response(status=403)
        async with self._database.read() as tx:
            counts = await outbox.counts(tx)
        for state in outbox.State:
            self._metrics.outbox.labels(state).set(counts.get(state, 0))
        body = generate_latest(self._metrics.registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def verify_file(self, request: web.Request) -> web.StreamResponse:
        """The file that the WeCom console gives out, put into the verify folder by the engineer."""
        name = request.match_info["name"]
        path = self._verify_folder / name
        if not _VERIFY_NAME.fullmatch(name) or not path.is_file():
            return web.Response(status=404)
        return web.Response(body=path.read_bytes(), content_type="text/plain")


def _is_loopback(remote: str | None) -> bool:
    try:
        return ipaddress.ip_address(remote or "").is_loopback
    except ValueError:
        return False


def application(callback: Callback, pages: Pages) -> web.Application:
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_get("/wecom/callback", callback.verify, allow_head=False)
    app.router.add_post("/wecom/callback", callback.receive)
    app.router.add_get("/healthz", pages.healthz)
    app.router.add_get("/readyz", pages.readyz)
    app.router.add_get("/metrics", pages.metrics)
    app.router.add_get("/{name:WW_verify_[^/]+}", pages.verify_file)
    return app
