"""A fresh stage for every test."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.sandbox.stage import Stage, opened


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """A sandbox, an echo bot and a caller, all running."""
    built, close = await opened()
    yield built
    await close()
