"""Set-wise building blocks whose SQL text does not depend on how many values there are.

A statement per batch size would be compiled and prepared anew for every size.
"""

from collections.abc import Iterable
from typing import Any

import msgspec
from sqlalchemy import ARRAY, BigInteger, ColumnElement, Dialect, Text, TypeDecorator, bindparam, func
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.expression import FunctionElement
from sqlalchemy.types import NullType, TypeEngine


class _Texts(TypeDecorator[list[str]]):
    """Any number of texts as one value: an array on PostgreSQL, a JSON array on SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(Text))

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> Any:
        return msgspec.json.encode(value).decode() if dialect.name == "sqlite" else value


class _Numbers(TypeDecorator[list[int]]):
    """The same of whole numbers."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(BigInteger))

    def process_bind_param(self, value: list[int] | None, dialect: Dialect) -> Any:
        return msgspec.json.encode(value).decode() if dialect.name == "sqlite" else value


class _Among(FunctionElement[Any]):
    """`column IN (the values)`.

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
    col, param = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{col} = ANY ({param})"


def among(col: ColumnElement[str], name: str) -> ColumnElement[Any]:
    """`col IN` the texts bound to `name` by `texts(…)`."""
    return _Among(col, bindparam(name, type_=_Texts))


def among_numbers(col: ColumnElement[int], name: str) -> ColumnElement[Any]:
    """`col IN` the whole numbers bound to `name`, as a list."""
    return _Among(col, bindparam(name, type_=_Numbers))


def each(dialect: Dialect, name: str) -> ColumnElement[str]:
    """A column to select from, with a row for each of the texts bound to `name` by `texts(…)`."""
    unfold = func.json_each if dialect.name == "sqlite" else func.unnest
    rows = unfold(bindparam(name, type_=_Texts)).table_valued("value")
    column: ColumnElement[str] = (rows if dialect.name == "sqlite" else rows.render_derived()).c.value
    return column


def texts(values: Iterable[str]) -> list[str]:
    return list(values)
