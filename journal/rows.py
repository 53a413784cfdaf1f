"""Rows whose SQL is written once: what every verb begins and ends with, and the busiest pages ask.

Django writes the SQL of a query set anew each time it is asked, and for a wide row, or two that
are joined, that takes many times longer than PostgreSQL needs to find them. Where neither matters a
query set is the better choice: it can be filtered further.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

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


def where(model: type[Row], words: str, *values: Any) -> list[Row]:
    """The rows for which the words hold: SQL of ours from behind the WHERE, `%s` for each value.

    A list stands behind `= ANY(%s)`. Nothing is ordered but by the words themselves.
    """
    with connection.cursor() as cursor:
        cursor.execute(_select(model) + words, values)
        return [built(model, found) for found in cursor.fetchall()]


def among(found: "QuerySet[Row]", keys: Sequence[int]) -> list[Row]:
    """The rows of a query set with these keys, in its order. Ask with one that is kept: its SQL is
    written the first time and stays with it."""
    written = found.__dict__.get("_written")
    if written is None:
        sql, values = found.query.sql_with_params()
        pk = _column(found.model, "pk")
        words = f'SELECT * FROM ({sql}) AS among WHERE among."{pk}" = ANY(%s)'  # noqa: S608
        written = found.__dict__["_written"] = (words, values)
    with connection.cursor() as cursor:
        cursor.execute(written[0], [*written[1], [*keys]])
        return [built(found.model, values) for values in cursor.fetchall()]


def add(*new: Model) -> None:
    """Insert rows of one model in one statement, as they are; those without a key get theirs."""
    if not new:
        return
    model = type(new[0])
    has_key = new[0].pk is not None
    key = _column(model, "pk")
    names = [name for name in _names(model) if has_key or name != key]
    with connection.cursor() as cursor:
        cursor.execute(
            _insertion(model, has_key, len(new)),
            [getattr(row, name) for row in new for name in names],
        )
        keys = cursor.fetchall()
    for row, (given,) in zip(new, keys, strict=True):
        row.pk = given
        row._state.adding, row._state.db = False, connection.alias


def change(changed: Sequence[Model], *fields: str) -> None:
    """Write these fields of the rows, each its own values, in one statement."""
    if not changed:
        return
    model = type(changed[0])
    meta: Any = model._meta
    names = ["pk", *(meta.get_field(name).attname for name in fields)]
    with connection.cursor() as cursor:
        cursor.execute(
            _changing(model, fields, len(changed)),
            [getattr(row, name) for row in changed for name in names],
        )


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


def name(found: Iterable[Model], *fields: str) -> None:
    """Give each row the rows that these foreign keys lead to, by one query for each model.

    A join for each of them would read as well, but PostgreSQL takes longer to plan five joins than
    to find everything else on a page.
    """
    found = list(found)
    wanted: dict[type[Model], list[Any]] = {}
    for row in found[:1]:
        for each in fields:
            field: Any = row._meta.get_field(each)
            wanted.setdefault(field.related_model, []).append(field)
    for model, keys_of in wanted.items():
        keys = {getattr(row, field.attname) for row in found for field in keys_of} - {None}
        named = {row.pk: row for row in where(model, _by_key(model), [*keys])} if keys else {}
        for row in found:
            for field in keys_of:
                field.set_cached_value(row, named.get(getattr(row, field.attname)))


def columns(model: type[Model], of: str) -> str:
    """The model's own columns for a SELECT of one's own, from the table (or alias) `of`."""
    return ", ".join(f'{of}."{field.column}"' for field in model._meta.concrete_fields)


def built(model: type[Row], values: Sequence[Any]) -> Row:
    """An instance from what `columns` gave."""
    if unlike := _unlike(model):
        values = list(values)
        for place, turn in unlike:
            values[place] = turn(values[place], None, connection)
    return model.from_db(connection.alias, _names(model), values)


@cache
def _names(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _unlike(model: type[Model]) -> list[tuple[int, Any]]:
    """Columns whose values differ from what PostgreSQL gives (JSON), and what turns them."""
    fields: Any = enumerate(model._meta.concrete_fields)
    return [(n, field.from_db_value) for n, field in fields if hasattr(field, "from_db_value")]


@cache
def _insertion(model: type[Model], has_key: bool, count: int) -> str:
    if _unlike(model):
        raise TypeError(f"{model.__name__} has values that PostgreSQL does not take as they are.")
    pk = _column(model, "pk")
    own = [field.column for field in model._meta.concrete_fields if has_key or field.column != pk]
    into = ", ".join(f'"{column}"' for column in own)
    values = ", ".join([f"({', '.join(['%s'] * len(own))})"] * count)
    return f'INSERT INTO "{model._meta.db_table}" ({into}) VALUES {values} RETURNING "{pk}"'  # noqa: S608


@cache
def _changing(model: type[Model], fields: tuple[str, ...], count: int) -> str:
    meta: Any = model._meta
    of = [meta.pk, *(meta.get_field(name) for name in fields)]
    kept = ", ".join(f'"{one.column}" = new."{one.column}"' for one in of[1:])
    names = ", ".join(f'"{one.column}"' for one in of)
    # The first row tells PostgreSQL the types of all.
    first = ", ".join(f"%s::{one.rel_db_type(connection)}" for one in of)
    values = ", ".join([f"({first})"] + [f"({', '.join(['%s'] * len(of))})"] * (count - 1))
    return (
        f'UPDATE "{meta.db_table}" AS old SET {kept} '  # noqa: S608 — names of ours
        f'FROM (VALUES {values}) AS new ({names}) WHERE old."{meta.pk.column}" = '
        f'new."{meta.pk.column}"'
    )


@cache
def _by_key(model: type[Model]) -> str:
    return f'"{_column(model, "pk")}" = ANY(%s)'


@cache
def _select(model: type[Model]) -> str:
    table = f'"{model._meta.db_table}"'
    return f"SELECT {columns(model, table)} FROM {table} WHERE "  # noqa: S608 — names of ours


@cache
def _question(model: type[Model], names: tuple[str, ...], lock: bool) -> str:
    wanted = " AND ".join(f'"{_column(model, name)}" = %s' for name in names)
    return f"{_select(model)}{wanted} LIMIT 1{' FOR UPDATE' if lock else ''}"


def _column(model: type[Model], name: str) -> str:
    meta = model._meta
    field = meta.pk if name == "pk" else meta.get_field(name)
    return str(field.column)  # type: ignore[union-attr]
