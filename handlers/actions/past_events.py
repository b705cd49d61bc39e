"""Which events of past hours stand in the ledger, what stands near them, and which may be posted again.

An event may stand under a number that became the person's, and be posted again by the merge of the two; it is
followed from line to line until one stands or the last was taken back. The number of queries depends on how often
events were taken back, not on how many lines there are.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from handlers.actions import merge_lines
from storage import merges, refills, reversals
from storage.database import Tx
from storage.scope import EVERYTHING
from training.doubles import Event, standing
from training.forms import Table
from training.past_lines import Again, PastLine, first_ref, generation, in_generation, refs_of

SOURCE: Final = "import"
Key = tuple[str, str]  # source, source_ref
Families = Mapping[str, Sequence[str]]  # person → numbers that became that person's


async def events_near(tx: Tx, forms: Table, lines: Sequence[PastLine]) -> list[Event]:
    """What stands of the same people from the first day of the lines to the last one."""
    if not lines:
        return []
    first, last = min(line.starts for line in lines), max(line.ends for line in lines)
    limited = sorted({row.form for row in forms if row.day_limited})
    years = (first.year - 1, last.year)  # a day's lines count for its year or the one before
    held = await refills.lines_of(tx, EVERYTHING, {line.person for line in lines}, years, limited, (first, last))
    return [event for found in held.values() for event in standing({one.seq: one.entry for one in found}, forms)]


async def posted_refs(tx: Tx, lines: Sequence[PastLine]) -> frozenset[str]:
    """The first refs of those lines whose event was posted, also under a number that became the person's.

    Some of them may have been taken back since: see `taken_back`.
    """
    families = await _families(tx, {line.person for line in lines})
    refs = {first_ref(line.ref): refs_of(line, families[line.person]) for line in lines}
    known = await reversals.numbers_of(
        tx, EVERYTHING, SOURCE, {ref for several in refs.values() for ref in several}
    )
    return frozenset(ref for ref, several in refs.items() if not known.keys().isdisjoint(several))


async def taken_back(tx: Tx, lines: Sequence[PastLine], posted: frozenset[str]) -> Mapping[str, Again]:
    """First ref → how the event may be posted again, for those of `posted` of which no line stands."""
    known = [line for line in lines if first_ref(line.ref) in posted]
    return (await _followed(tx, known)).again() if known else {}


async def last_line(tx: Tx, line: PastLine) -> int:
    """The number of the last line by which the event was posted, whether it stands or not; 0 for none."""
    return (await _followed(tx, [line])).last.get(first_ref(line.ref), 0)


async def _followed(tx: Tx, known: Sequence[PastLine]) -> "_Trail":
    families = await _families(tx, {line.person for line in known})
    trail = _Trail()
    keys: dict[Key, set[str]] = {}
    for line in known:
        first = first_ref(line.ref)
        trail.numbers[first] = (line.person, *families[line.person])
        for ref in refs_of(line, families[line.person]):
            # The second may stand without the first, which stands under another number.
            for one in (ref, in_generation(ref, 2)):
                keys.setdefault((SOURCE, one), set()).add(first)
    while keys:
        found = await _numbers(tx, keys)
        taken = await reversals.taken_back(tx, EVERYTHING, found.values())
        keys = trail.follow(keys, found, taken)
    return trail


@dataclass(slots=True)
class _Trail:
    """What is known of events by their first refs: numbers of the person, last line, highest generation."""

    numbers: dict[str, tuple[str, ...]] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=dict)
    standing: set[str] = field(default_factory=set)

    def follow(
        self, keys: Mapping[Key, set[str]], found: Mapping[Key, int], taken: frozenset[int]
    ) -> dict[Key, set[str]]:
        """The keys under which the events of lines that were taken back may go on."""
        following: dict[Key, set[str]] = {}
        for key, seq in found.items():
            for first in keys[key]:
                self._note(first, key, seq)
                if seq not in taken:
                    self.standing.add(first)
                    continue
                for one in self._after(first, key, seq):
                    following.setdefault(one, set()).add(first)
        return following

    def _note(self, first: str, key: Key, seq: int) -> None:
        self.last[first] = max(self.last.get(first, 0), seq)
        source, ref = key
        if source == SOURCE and first_ref(ref) == first:
            self.highest[first] = max(self.highest.get(first, 1), generation(ref))

    def _after(self, first: str, key: Key, seq: int) -> Iterable[Key]:
        source, ref = key
        if source == SOURCE:
            yield SOURCE, in_generation(ref, generation(ref) + 1)
        for number in self.numbers[first]:
            yield merge_lines.SOURCE, f"{seq}:{number}"

    def again(self) -> dict[str, Again]:
        return {
            first: Again(in_generation(first, self.highest.get(first, 1) + 1), seq)
            for first, seq in self.last.items()
            if first not in self.standing
        }


async def _numbers(tx: Tx, keys: Iterable[Key]) -> dict[Key, int]:
    by_source: dict[str, list[str]] = {}
    for source, ref in keys:
        by_source.setdefault(source, []).append(ref)
    return {
        (source, ref): seq
        for source, refs in by_source.items()
        for ref, seq in (await reversals.numbers_of(tx, EVERYTHING, source, refs)).items()
    }


async def _families(tx: Tx, persons: Iterable[str]) -> Families:
    """Also by way of a number that itself became another one."""
    families: dict[str, list[str]] = {person: [] for person in persons}
    head = {person: person for person in families}
    waiting = set(families)
    while waiting:
        became = await merges.numbers_that_became(tx, EVERYTHING, waiting)
        waiting = set()
        for into, numbers in became.items():
            for number in numbers:
                families[head[into]].append(number)
                head.setdefault(number, head[into])
                waiting.add(number)
    return families
