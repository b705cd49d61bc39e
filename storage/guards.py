"""Triggers by which the database itself refuses to change what is append-only.

A chained table accepts a new row only at the end: `seq` one more than the last and `prev` equal to the last hash.
That also stops `INSERT OR REPLACE`, which walks past UPDATE and DELETE triggers on SQLite. It is evidence and a
second lock, not prevention: whoever owns the database can drop a trigger, and the chain then shows what was done.
"""

from collections.abc import Iterable
from typing import Final

FRAME: Final = ("unit_fact", "person_fact", "person_status", "question_version", "ledger_entry", "audit_log")
APPEND_ONLY: Final = (
    *(*FRAME, "year_event", "ledger_earned", "exam_pool", "exam_paper", "exam_mark", "exam_key"),
    *("duty_fact", "unit_confirmation", "year_snapshot"),
)
CHAINED: Final = ("ledger_entry", "audit_log")
GENESIS: Final = "0" * 64
DROPPED_FUNCTION: Final = "DROP FUNCTION append_only()"

# A row that meets an existing key would replace it on SQLite without firing a DELETE trigger.
_KEYS: Final = {
    "unit_fact": "id = NEW.id",
    "person_fact": "id = NEW.id",
    "person_status": "id = NEW.id",
    "question_version": "question = NEW.question AND version = NEW.version",
    "year_event": "id = NEW.id",
    "ledger_earned": "seq = NEW.seq AND day = NEW.day",
    "exam_pool": "exam = NEW.exam AND place = NEW.place",
    "exam_paper": "attempt = NEW.attempt",
    "exam_mark": "attempt = NEW.attempt AND version = NEW.version",
    "exam_key": "id = NEW.id",
    "duty_fact": "id = NEW.id OR (source = NEW.source AND source_ref = NEW.source_ref)",
    "unit_confirmation": "id = NEW.id",
    "year_snapshot": "year = NEW.year",
}


def triggers(dialect: str, tables: Iterable[str] = APPEND_ONLY) -> list[str]:
    """The statements that set up the guards of `tables` on `dialect` (`sqlite` or `postgresql`)."""
    make = _sqlite if dialect == "sqlite" else _postgresql
    return [statement for table in tables for statement in make(table)]


def dropped_triggers(dialect: str, tables: Iterable[str] = APPEND_ONLY) -> list[str]:
    """The function that all tables share stays; `DROPPED_FUNCTION` takes it away after the last of them."""
    if dialect == "sqlite":
        kinds = ("no_update", "no_delete", "only_append")
        return [f"DROP TRIGGER {table}_{kind}" for table in tables for kind in kinds]
    return [statement for table in tables for statement in _dropped(table)]


def _dropped(table: str) -> list[str]:
    kinds = ("no_change", "no_truncate", *(("only_append",) if table in CHAINED else ()))
    functions = [f"DROP FUNCTION {table}_only_append()"] if table in CHAINED else []
    return [*(f"DROP TRIGGER {table}_{kind} ON {table}" for kind in kinds), *functions]


def trigger_names(dialect: str) -> set[str]:
    return {s.split()[2] for s in dropped_triggers(dialect) if s.startswith("DROP TRIGGER")}


def _sqlite(table: str) -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} {refuse}",
        f"CREATE TRIGGER {table}_only_append BEFORE INSERT ON {table} WHEN {_breaks(table)} {refuse}",
    ]


def _breaks(table: str) -> str:
    if table not in CHAINED:
        return f"EXISTS (SELECT 1 FROM {table} WHERE {_KEYS[table]})"
    last = f"(SELECT hash FROM {table} ORDER BY seq DESC LIMIT 1)"
    ends = f"(SELECT max(seq) FROM {table})"
    breaks = f"NEW.seq IS NOT coalesce({ends}, 0) + 1 OR NEW.prev IS NOT coalesce({last}, '{GENESIS}')"
    if table == "ledger_entry":
        same = "source = NEW.source AND source_ref = NEW.source_ref"
        breaks += f" OR EXISTS (SELECT 1 FROM {table} WHERE {same})"
    return breaks


def _postgresql(table: str) -> list[str]:
    refuse = "RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';"
    shared = (
        f"CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {refuse} END $$"
    )
    calls = "EXECUTE FUNCTION append_only()"
    statements = [
        shared,
        f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {calls}",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {calls}",
    ]
    if table in CHAINED:
        statements += [_chain_function(table, refuse), _chain_trigger(table)]
    return statements


def _chain_function(table: str, refuse: str) -> str:
    """Looks once at all rows of a statement, not at each: they have to go on from the last row that was there."""
    return f"""CREATE FUNCTION {table}_only_append() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE last record;
        BEGIN
            SELECT seq, hash INTO last FROM {table}
                WHERE seq NOT IN (SELECT seq FROM added) ORDER BY seq DESC LIMIT 1;
            IF EXISTS (
                SELECT 1 FROM (
                    SELECT seq, prev, lag(seq) OVER chain AS seq_before, lag(hash) OVER chain AS hash_before
                    FROM added WINDOW chain AS (ORDER BY seq)
                ) AS line
                WHERE seq IS DISTINCT FROM coalesce(seq_before, last.seq, 0) + 1
                   OR prev IS DISTINCT FROM coalesce(hash_before, last.hash, '{GENESIS}')
            ) THEN
                {refuse}
            END IF;
            RETURN NULL;
        END $$"""


def _chain_trigger(table: str) -> str:
    calls = f"EXECUTE FUNCTION {table}_only_append()"
    return (
        f"CREATE TRIGGER {table}_only_append AFTER INSERT ON {table} "
        f"REFERENCING NEW TABLE AS added FOR EACH STATEMENT {calls}"
    )
