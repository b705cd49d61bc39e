"""Drawing beside the bot: one niced child process, started with the first picture, and the last pictures kept.

A picture costs about a tenth of a second with the interpreter locked; in a child nobody waits for it but the one
who asked. Equal pictures that are asked for at the same time are drawn once.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections import OrderedDict
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import Final

from handlers.pictures import certificate_picture, hours_picture
from handlers.pictures.certificate_picture import CertificatePicture
from handlers.pictures.hours_picture import HoursPicture

KEPT_PICTURES: Final = 64  # about 0.1 MB each
NICENESS: Final = 10

Picture = HoursPicture | CertificatePicture


def png_of(picture: Picture) -> bytes:
    """The picture as PNG, here."""
    if isinstance(picture, CertificatePicture):
        return certificate_picture.draw(picture)
    return hours_picture.draw(picture)


class Drawings:
    """Belongs to one event loop; made once by the application and closed with it."""

    def __init__(self, *, kept: int = KEPT_PICTURES) -> None:
        self._kept = kept
        self._drawn: OrderedDict[Picture, asyncio.Task[bytes]] = OrderedDict()
        self._pool: ProcessPoolExecutor | None = None
        self._closed = False

    async def draw_aside(self, picture: Picture) -> bytes:
        """The picture as PNG. Raises BrokenProcessPool when the child died twice over it."""
        drawn = self._drawn.get(picture)
        if drawn is None:
            drawn = self._begin(picture)
        self._drawn.move_to_end(picture)
        # One who no longer waits does not take the picture from the others.
        return await asyncio.shield(drawn)

    async def close(self) -> None:
        """What is still waiting is cancelled; the child has ended when this returns."""
        self._closed = True
        unfinished = [task for task in self._drawn.values() if not task.done()]
        for task in unfinished:
            task.cancel()
        await asyncio.gather(*unfinished, return_exceptions=True)
        self._drawn.clear()
        if self._pool is not None:
            pool, self._pool = self._pool, None
            await asyncio.to_thread(pool.shutdown, wait=True, cancel_futures=True)

    def _begin(self, picture: Picture) -> asyncio.Task[bytes]:
        task = self._drawn[picture] = asyncio.create_task(self._draw(picture))
        task.add_done_callback(lambda done: self._forget_failed(picture, done))
        while len(self._drawn) > self._kept:
            self._drawn.popitem(last=False)
        return task

    def _forget_failed(self, picture: Picture, done: asyncio.Task[bytes]) -> None:
        failed = done.cancelled() or done.exception() is not None
        if failed and self._drawn.get(picture) is done:
            del self._drawn[picture]

    async def _draw(self, picture: Picture) -> bytes:
        try:
            return await self._in_child(picture)
        except BrokenProcessPool:  # the child was killed: one more try in a new one
            return await self._in_child(picture)

    async def _in_child(self, picture: Picture) -> bytes:
        if self._closed:
            raise RuntimeError("drawing after close")
        pool = self._pool = self._pool or _new_pool()
        try:
            return await asyncio.get_running_loop().run_in_executor(pool, png_of, picture)
        except BrokenProcessPool:
            if self._pool is pool:
                self._pool = None
            raise


def _new_pool() -> ProcessPoolExecutor:
    # Not fork: the bot has threads and open connections.
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=_settle)


def _settle() -> None:
    """In the child: step back, leave Ctrl-C to the bot, and end with it even when it is killed."""
    os.nice(NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
