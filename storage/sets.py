"""Set-wise building blocks whose SQL text does not depend on how many values there are.

A statement per batch size would be compiled and prepared anew for every size.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Text, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import NullType


class _Among(FunctionElement[Any]):
    """`column IN (the texts of a JSON array)`.

    Not of type Boolean: that would be compared with 1 on SQLite, and no index used.
    """

    inherit_cache = True
    name = "among"
    type = NullType()


@compiles(_Among, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    col, param = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{col} IN (SELECT value FROM json_each({param}))"  # noqa: S608 - compiled parts, no values


@compiles(_Among, "postgresql")
def _on_postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    """As an array: the planner then knows that they are few, and takes the index."""
    col, param = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{col} = ANY (ARRAY(SELECT json_array_elements_text(CAST({param} AS json))))"


def among(col: ColumnElement[str], name: str) -> ColumnElement[Any]:
    """`col IN` the texts bound to `name` by `texts(…)`."""
    return _Among(col, bindparam(name, type_=Text))


def texts(values: Iterable[str]) -> str:
    return msgspec.json.encode(list(values)).decode()
