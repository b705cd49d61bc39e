"""A 人员变动申报 follows its batch: done when that is confirmed, returned when that is."""

from storage import roll_reports
from storage.database import Tx
from storage.scope import EVERYTHING
from training.batches import RollChanges
from training.roll_reports import State


async def follow(tx: Tx, changes: RollChanges, state: State, note: str = "") -> None:
    """Nothing follows a batch that came from elsewhere."""
    found = await roll_reports.one(tx, EVERYTHING, changes.report) if changes.report else None
    if found is not None and found.state is State.PROPOSED:
        await roll_reports.move(tx, found, state, note=note)
