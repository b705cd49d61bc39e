"""What must hold of the code as it is written, beyond the directions that import-linter keeps."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec
import pytest

from bot.config import Config, load

ROOT: Final = Path(__file__).parents[1]
ROOMS: Final = ("bot", "handlers", "storage", "training", "question_bank")
MOST_FILE_LINES: Final = 300
MOST_FUNCTION_LINES: Final = 50

PERSONAL: Final = frozenset(
    {
        *("person", "person_fact", "person_now", "person_status", "person_wishes", "person_year"),
        *("account", "daily_answer", "ledger_entry", "ledger_earned", "feedback", "report_job"),
        *("attendance", "claim", "evidence", "objection"),
    }
)
# Functions that read personal rows without being told whose: each with the reason.
UNSCOPED: Final[Mapping[str, str]] = {
    "claims.is_overdue": "whether any claim waits too long, nothing of it",
    "evidence.forget_loose": "empties what nobody said a word about; a bare number",
    "evidence.is_due": "whether anything is to be fetched, nothing of it",
    "evidence.subject_of": "the fetching of a piece by its number; whose it is is not said",
    "evidence.take": "the fetching of the next pieces, whoever sent them",
    "ledger.forget_owed": "locks the rows that it changes; returns nothing",
    "pace.day_limit": "how many accounts there are; a bare number",
    "people.add": "reads only which of the numbers to be written are known",
    "people.count": "a bare number",
    "people.due_for_refresh": "the clock's list of whom to make anew; numbers only",
    "people.refresh": "makes person_now from the facts; returns nothing",
    "refills.without_line": "rows of which there is no line, and so nobody's; a bare number",
    "reports.is_due": "whether any report waits, nothing of it",
    "reports.sent": "the exporter's look at what it sent itself",
    "reports.take": "the exporter takes the next one, whoever asked",
}


def sources() -> Iterator[Path]:
    for room in ROOMS:
        yield from sorted((ROOT / room).rglob("*.py"))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def names_in(node: ast.AST) -> set[str]:
    return {found.id for found in ast.walk(node) if isinstance(found, ast.Name)}


@cache
def storage_modules() -> Mapping[str, ast.Module]:
    return {path.stem: ast.parse(path.read_text("utf-8")) for path in sorted((ROOT / "storage").glob("*.py"))}


def reachable(module: ast.Module, start: ast.AST) -> Iterator[set[str]]:
    """The names in the function, and in every function and value of its own module that it leads to."""
    defined: dict[str, ast.AST] = {}
    for statement in module.body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            defined[statement.name] = statement
        elif isinstance(statement, ast.Assign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            defined |= {target.id: statement for target in targets if isinstance(target, ast.Name)}
    seen, waiting = set[str](), [start]
    while waiting:
        node = waiting.pop()
        shadowed = {one.arg for one in ast.walk(node) if isinstance(one, ast.arg)}
        names = names_in(node) - shadowed
        yield names
        waiting += [defined[name] for name in names - seen if name in defined]
        seen |= names


def imported_tables(module: ast.Module) -> set[str]:
    return {
        alias.asname or alias.name
        for node in module.body
        if isinstance(node, ast.ImportFrom) and node.module == "storage.tables"
        for alias in node.names
        if alias.name in PERSONAL
    }


def readers() -> Iterator[tuple[str, bool]]:
    """Public functions of storage that select from a personal table, and whether they take a Scope."""
    for name, module in storage_modules().items():
        personal = imported_tables(module)
        for function in module.body:
            if not isinstance(function, ast.AsyncFunctionDef) or function.name.startswith("_"):
                continue
            if any("select" in names and personal & names for names in reachable(module, function)):
                takes = any(
                    isinstance(one.annotation, ast.Name) and one.annotation.id == "Scope"
                    for one in (*function.args.args, *function.args.kwonlyargs)
                )
                yield f"{name}.{function.name}", takes


def test_whoever_reads_personal_rows_is_told_whose() -> None:
    found = dict(readers())
    assert {
        "askers.by_account",
        "ledger_check.page",
        "daily.answers",
        "feedback.one",
        "daily.receivers",
    } <= found.keys()
    unscoped = {name for name, takes_scope in found.items() if not takes_scope}
    assert unscoped - UNSCOPED.keys() == set(), "takes no Scope"
    assert UNSCOPED.keys() - unscoped == set(), "is no exception any more"


def test_a_scope_that_is_taken_is_used() -> None:
    unused = [
        f"{name}.{function.name}"
        for name, module in storage_modules().items()
        for function in functions(module)
        if any(one.arg == "scope" for one in function.args.args)
        and "scope" not in {used for part in function.body for used in names_in(part)}
    ]
    assert unused == []


def test_files_are_short() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if "versions" not in path.parts and (lines := len(path.read_text("utf-8").splitlines())) > MOST_FILE_LINES
    }
    assert long == {}


def test_functions_are_short() -> None:
    long = {
        f"{path.relative_to(ROOT)}:{function.name}": lines
        for path in sources()
        if "versions" not in path.parts
        for function in functions(ast.parse(path.read_text("utf-8")))
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > MOST_FUNCTION_LINES
    }
    assert long == {}


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_names_versions_and_hashes_and_no_registry(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host| @ ", text)
    pinned = re.findall(r"^([a-z0-9][\w.\-\[\],]*)(==)?", text, re.MULTILINE | re.IGNORECASE)
    assert pinned
    assert all(exact for _, exact in pinned)
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE | re.IGNORECASE)[1:]
    assert all("--hash=sha256:" in block for block in blocks)


def test_the_example_configuration_loads_and_names_every_key() -> None:
    path = ROOT / "config.example.toml"
    load(path, {})
    held = tomllib.loads(path.read_text("utf-8"))
    wanted = {field.name: field.type for field in msgspec.structs.fields(Config)}
    assert held.keys() == wanted.keys()
    for section, kind in wanted.items():
        if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
            assert held[section].keys() == {field.name for field in msgspec.structs.fields(kind)}, section


def test_the_example_configuration_shows_the_defaults() -> None:
    example, plain = load(ROOT / "config.example.toml", {}), Config()
    assert example == plain
