"""Papers: drawing the default one (80 questions) from a pool of 100,000, and dealing that pool.

- draw, draw and encode, decode: µs a paper, over `random` doing the same: seeded, a sample for each section and a
  number for each question's options. To reach: a paper in ≤ 100 µs, at most 150.
- hash: what SHAKE-256 needs for as many bytes as a paper takes.
- deal: ms for the pool, plain sections and ones with topics that overlap, over sorting its places by what they fit.
  To reach: < 1 s.

`python -m benchmarks.papers [--pool 100000]`
"""

import argparse
import hashlib
import random
import time
from collections.abc import Callable, Sequence

from question_bank.questions import Kind
from training.exams import DEFAULT_SECTIONS, Section
from training.paper_pool import PoolQuestion, dealt
from training.papers import Paper, Shape, decoded, draw, encoded, seed_of
from training.people import Group

ROUNDS = 15
PAPERS = 400
KINDS = (Kind.SINGLE, Kind.MULTIPLE, Kind.JUDGE)
SHAPES: dict[Kind, Shape] = {Kind.SINGLE: (4,), Kind.MULTIPLE: (5,), Kind.JUDGE: (0,)}
TOPICS = tuple(f"专题{number}" for number in range(20))
OVERLAPPING = tuple(
    Section(kind, 10, 100, topics=TOPICS[first : first + 8], difficulty=difficulty)
    for kind in KINDS
    for first, difficulty in ((0, ()), (4, (1, 2, 3)), (8, (3, 4)), (12, ()))
)


def pool_of(size: int) -> list[PoolQuestion]:
    audiences: tuple[tuple[str, ...], ...] = ((), (), ("leader", "staff"), ("enforcement",))
    return [
        PoolQuestion(
            n,
            f"q{n}",
            1,
            KINDS[n % 3],
            (TOPICS[n // 3 % 20], TOPICS[n // 7 % 20]),
            n // 11 % 5 + 1,
            audiences[n % 4],
            0,
        )
        for n in range(size)
    ]


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def best(works: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Turn by turn, for the machine is shared: what each needs undisturbed is the least."""
    turns = [{name: seconds(work) for name, work in works.items()} for _ in range(rounds)]
    return {name: min(turn[name] for turn in turns) for name in works}


def each(work: Callable[[str], object], texts: Sequence[str]) -> None:
    """One after the other, as people come: nothing is kept."""
    for text in texts:
        work(text)


def at_random(places: tuple[tuple[int, ...], ...], seed: str) -> list[tuple[int, int]]:
    rng = random.Random(seed)
    chosen = [
        one
        for part, section in zip(places, DEFAULT_SECTIONS, strict=True)
        for one in rng.sample(part, section.count)
    ]
    return [(place, rng.randrange(24)) for place in chosen]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pool", type=int, default=100_000)
    pool = pool_of(parser.parse_args().pool)
    shapes = [SHAPES[one.kind] for one in pool]
    places = dealt(pool, DEFAULT_SECTIONS, Group.STAFF)
    seeds = [seed_of("seed", 1, f"R{n:06}", 1) for n in range(PAPERS)]

    def paper(seed: str) -> Paper:
        return draw(places, DEFAULT_SECTIONS, shapes, seed)

    texts = [encoded(paper(seed)) for seed in seeds]
    works: dict[str, Callable[[], object]] = {
        "random": lambda: each(lambda seed: at_random(places, seed), seeds),
        "hash": lambda: each(lambda seed: hashlib.shake_256(seed.encode()).digest(4 * 168), seeds),
        "draw": lambda: each(paper, seeds),
        "draw, encode": lambda: each(lambda seed: encoded(paper(seed)), seeds),
        "decode": lambda: each(decoded.__wrapped__, texts),
    }
    found = best(works, ROUNDS)
    for name, spent in found.items():
        print(f"{name:<13} {1e6 * spent / PAPERS:7.1f} µs a paper, {spent / found['random']:5.2f} of random")
    deals: dict[str, Callable[[], object]] = {
        "sorting it": lambda: sorted(pool, key=lambda one: (one.kind, one.topics, one.difficulty, one.audience)),
        "default": lambda: dealt(pool, DEFAULT_SECTIONS, Group.STAFF),
        "overlapping": lambda: dealt(pool, OVERLAPPING, Group.STAFF),
    }
    dealing = best(deals, 3)
    for name in ("default", "overlapping"):
        ratio = dealing[name] / dealing["sorting it"]
        print(f"deal {len(pool)}, {name:<11} {1000 * dealing[name]:7.1f} ms, {ratio:5.2f} of sorting it")


if __name__ == "__main__":
    main()
