"""One row by what it equals, its SQL written once: what every verb begins with, and ends with.

Django writes the SQL of a query set anew each time it is asked, and for a wide row that takes
longer than PostgreSQL needs to find it. Whoever wants several rows, or related ones, takes a query
set as ever.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def one(model: type[Row], *, lock: bool = False, **equal: Any) -> Row | None:
    """The row whose columns have these values (`pk=12`, `plan=3, level=2`), None where none has.

    `lock`: hold it until the transaction ends (`FOR UPDATE`). Where several rows are equal, any.
    """
    with connection.cursor() as cursor:
        cursor.execute(_question(model, tuple(equal), lock), list(equal.values()))
        values = cursor.fetchone()
    if values is None:
        return None
    row = built(model, values)
    if lock:
        row._read = dict(zip(_names(model), values, strict=True))  # type: ignore[attr-defined]
    return row


def save(row: Model) -> None:
    """Write what has changed since `one` locked the row; a row that it did not lock as a whole."""
    read = getattr(row, "_read", None)
    if read is None:
        row.save()
        return
    changed = {name: now for name in read if (now := getattr(row, name)) != read[name]}
    row.save(update_fields=changed)
    read.update(changed)


def named(row: Model, name: str) -> Any:
    """The row that the foreign key `name` leads to, or None; kept on the row as Django keeps it."""
    field: Any = row._meta.get_field(name)
    if not field.is_cached(row):
        key = getattr(row, field.attname)
        field.set_cached_value(row, None if key is None else one(field.related_model, pk=key))
    return field.get_cached_value(row)


def columns(model: type[Model], of: str) -> str:
    """The model's own columns for a SELECT of one's own, from the table (or alias) `of`."""
    return ", ".join(f'{of}."{field.column}"' for field in model._meta.concrete_fields)


def built(model: type[Row], values: Sequence[Any]) -> Row:
    """An instance from what `columns` gave."""
    return model.from_db(connection.alias, _names(model), values)


@cache
def _names(model: type[Model]) -> list[str]:
    fields = model._meta.concrete_fields
    for field in fields:
        if field.get_db_converters(connection):
            raise TypeError(f"{field} is not what PostgreSQL gives: take a query set.")
    return [field.attname for field in fields]


@cache
def _question(model: type[Model], names: tuple[str, ...], lock: bool) -> str:
    table = f'"{model._meta.db_table}"'
    wanted = " AND ".join(f'"{_column(model, name)}" = %s' for name in names)
    ending = " FOR UPDATE" if lock else ""
    return f"SELECT {columns(model, table)} FROM {table} WHERE {wanted} LIMIT 1{ending}"  # noqa: S608 — names of ours


def _column(model: type[Model], name: str) -> str:
    meta = model._meta
    field = meta.pk if name == "pk" else meta.get_field(name)
    return str(field.column)  # type: ignore[union-attr]
