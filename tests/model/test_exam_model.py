"""Random exams of a small town, on both databases: whatever is done, and when, an exam stays legal and just.

Exams are made, published, opened, closed and released, in any order; people begin, answer by tap and by word, go on
and back, hand in, come late and twice; time passes over deadlines, processes start anew, keys are changed.
`exam_rules` and `exam_sat` are the model, `exam_town` the program, `exam_doings` does each step with both.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from handlers.actions import audits, ledgers
from tests.databases import ENGINES
from tests.handlers.stage import Clock
from tests.model.cellars import Cellar
from tests.model.exam_doings import MOST_EXAMS, STEPS, Doings
from tests.model.exam_rules import City, Held
from tests.model.exam_sat import Sat
from tests.model.exam_town import ITEMS, PEOPLE, SORTS, ExamDatabases, ExamFiles, Town
from tests.model.exploring import SAME, explore
from training.chains import Head

WORDS: Final = ("A", "B", "D", "E", "AB", "BD", "对", "错", "法律；银行", "法律；财政", "法律")

Step = st.SearchStrategy[tuple[Any, ...]]
some = st.integers(0, 50)
accounts = st.sampled_from(sorted(PEOPLE))
of_whomever = st.sampled_from(["", "", "", *sorted(PEOPLE)])
processes = st.integers(0, 1)
late = st.sampled_from([0, 0, 0, 0, 1, 5, 20, 300])  # seconds
words = st.sampled_from(WORDS) | st.just("right") | st.sampled_from(sorted(STEPS))
# item (beyond the paper too), what its button says
buttons = st.sampled_from([*"ABCD", "+A", "+B", "+C", "+E", "对", *"><=*-#!", *["right"] * 6])
taps = st.lists(st.tuples(st.tuples(st.integers(0, ITEMS), buttons), late), min_size=1, max_size=6)
toggles = st.lists(st.tuples(st.sampled_from("ABCD"), late), min_size=1, max_size=4)
wrong = st.sets(st.integers(0, ITEMS - 1), max_size=6)
sorts = st.integers(0, len(SORTS) - 1)
moves = st.sampled_from(["publish", "open", "close", "release"])
OFFICE: Final[Sequence[Step]] = (
    st.tuples(
        *(st.just("create"), sorts, st.sampled_from([0, 5, 60]), st.sampled_from([20, 120, 1440])),
        st.integers(0, MOST_EXAMS),
    ),
    st.tuples(st.just("hold"), sorts, st.sampled_from([120, 1440])),
    st.tuples(st.just("make_up"), some, sorts),
    st.tuples(st.just("move"), some, moves, processes),
    st.tuples(st.just("move_on"), some, processes),
    st.tuples(st.just("excuse"), some, accounts, st.sampled_from(["deferred", "excused", ""])),
    st.tuples(
        *(st.just("change_a_key"), some, st.integers(0, ITEMS - 1)),
        st.sampled_from(["void", "case", "B", "错", "AC"]),
    ),
)
CLOCK: Final[Sequence[Step]] = (
    st.tuples(st.just("later"), st.sampled_from([1, 20, 21, 300, 1801])),
    st.tuples(st.just("to_an_edge"), some, st.sampled_from([-1, 0, 1, 19, 20, 21]), st.integers(0, 1)),
    st.tuples(st.just("tick"), processes, st.booleans()),
    st.tuples(st.just("restart")),
)
SITTERS: Final[Sequence[Step]] = (
    st.tuples(st.just("look"), accounts, processes),
    st.tuples(st.just("hand_in"), some, of_whomever, st.booleans(), processes),
    st.tuples(st.just("repeat"), st.integers(0, 10_000), st.booleans(), processes),
)
OFTEN: Final[tuple[Step, ...]] = (
    st.tuples(st.just("begin"), accounts, processes, st.booleans()),
    st.tuples(st.just("type"), accounts, st.lists(words, min_size=1, max_size=8), late, processes),
    st.tuples(st.just("tap"), some, taps, of_whomever, processes),
    st.tuples(st.just("sit"), accounts, wrong, processes),
    st.tuples(st.just("toggle"), some, toggles, processes),
    st.tuples(st.just("answer_all"), accounts, wrong, processes),
)
# Drawn by weight: `one_of` would drop what is there twice.
ALL = st.sampled_from([*OFFICE, *CLOCK, *SITTERS, *(OFTEN * 3)]).flatmap(lambda step: step)


class Exams(Doings):
    """One town an example."""

    cellar: ClassVar[Cellar]

    @initialize(sort=sorts)
    def open(self, sort: int) -> None:
        """The first exam begins at once."""
        self.town = Town(self.run(self.cellar.new()), Clock())
        self.town.start()
        self.create(sort, 0, 180, 0)
        self.move(0, "publish", 0)

    def teardown(self) -> None:
        if hasattr(self, "town"):
            assert isinstance(self.run(audits.verify(self.town.database)), Head)
            self.ends.append(self.run(ledgers.head(self.town.database)))
            self.run(self.town.stop())
            self.run(self.cellar.drop(self.town.url))

    @rule(steps=st.lists(ALL, min_size=1, max_size=4))
    def go_on(self, steps: list[tuple[Any, ...]]) -> None:
        """One rule for all: Hypothesis leaves out some rules for a whole run, and too little would happen."""
        for name, *given in steps:
            getattr(self, name)(*given)

    # ---- what always holds --------------------------------------------------------------------------------------

    @invariant()
    def the_database_agrees(self) -> None:
        if hasattr(self, "town"):
            self.run(self.compare())

    async def compare(self) -> None:
        city = self.city
        assert await self.town.exams() == {one.number: as_kept(one) for one in city.exams.values()}
        roll = {(one.number, person): why for one in city.exams.values() for person, why in one.roll.items()}
        assert await self.town.roll() == roll
        found = await self.town.sittings()
        assert found.keys() == {sat.number for sat in city.sat}
        for sat in city.sat:
            kept = found[sat.number]
            assert {name: kept[name] for name in dict(as_rows(sat))} == dict(as_rows(sat))
        for exam in city.exams.values():
            for person in city.people:
                tries = [sat.nth for sat in city.sat if sat.exam is exam and sat.person == person]
                assert tries == list(range(1, len(tries) + 1)) and len(tries) <= exam.attempts
        assert sorted(await self.town.lines()) == sorted(city_lines(city, await self.town.lines()))
        assert isinstance(await ledgers.verify(self.town.database, None), Head)
        for told in await self.town.pushed():
            self.keeps_quiet(told)


def as_kept(exam: Held) -> tuple[Any, ...]:
    return exam.state, exam.opens_at, exam.closes_at, exam.scores, exam.answers, exam.credited


def as_rows(sat: Sat) -> Iterator[tuple[str, Any]]:
    yield from (("exam", sat.exam.number), ("person", sat.person), ("number", sat.nth))
    ended_at, ended_by = sat.ended or (None, "")
    yield from (("deadline_at", sat.deadline), ("ended_at", ended_at), ("ended_by", ended_by))
    yield from (("at", sat.at), ("answered", sat.answered), ("answers", sat.answers), ("full_marks", 10_000))
    yield "flagged", "".join(str(int(n in sat.flagged)) for n in range(ITEMS))
    yield "marks", list(enumerate(sat.scores, 1))
    yield "score", sat.scores[-1] if sat.scores else None


def city_lines(city: City, found: Any) -> Iterator[tuple[str, str, int, int]]:
    """Refs may have a generation behind them, which only the ledger knows."""
    refs = {(ref.partition("#")[0], person): ref for ref, person, _, _ in found}
    for exam, person in city.lines:
        yield refs.get((f"{exam}:{person}", person), "none"), person, 2026, 200


def exams(cellar: Cellar, examples: int, steps: int, **more: Any) -> list[Head]:
    """Returns where each ledger ended."""
    Exams.cellar = cellar
    return explore(Exams, cellar.fill(), examples, steps, **more)


def test_random_exams(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """The same ones every time and on each engine, where every ledger ends with the same hash."""
    on_files = exams(ExamFiles(tmp_path), examples=4, steps=25, **SAME)
    assert max(head.seq for head in on_files) > 0
    # Only now: where there is no PostgreSQL the rest is skipped.
    databases = ExamDatabases(request.getfixturevalue("postgres"), template="xuefa_model_exams")
    assert exams(databases, examples=4, steps=25, **SAME) == on_files


@pytest.fixture(params=ENGINES)
def cellar(request: pytest.FixtureRequest, tmp_path: Path) -> Cellar:
    if request.param == "sqlite":
        return ExamFiles(tmp_path)
    return ExamDatabases(request.getfixturevalue("postgres"), template="xuefa_model_exams")


@pytest.mark.long
def test_many_random_exams(cellar: Cellar) -> None:
    ends = exams(cellar, examples=40, steps=40)
    assert len(ends) >= 40
    assert max(head.seq for head in ends) > 1
