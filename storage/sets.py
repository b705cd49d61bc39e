"""Set-wise building blocks whose SQL text does not depend on how many values there are.

A statement per batch size would be compiled and prepared anew for every size.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement


class _Elements(FunctionElement[str]):
    """The texts of a JSON array, as a subquery."""

    inherit_cache = True
    name = "elements"
    type = Text()


@compiles(_Elements, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(SELECT value FROM json_each({compiler.process(element.clauses, **kw)}))"  # noqa: S608 - no values


@compiles(_Elements, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(SELECT json_array_elements_text(CAST({compiler.process(element.clauses, **kw)} AS json)))"


def among(col: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """`col IN` the texts bound to `name` by `texts(…)`.

    An operator and not a function of type Boolean: that would be compared with 1 on SQLite, and no index used.
    """
    return col.op("IN", is_comparison=True)(_Elements(bindparam(name, type_=Text)))


def texts(values: Iterable[str]) -> str:
    return msgspec.json.encode(list(values)).decode()
