"""A query that every request asks alike, put into SQL once.

Django writes a query's SQL anew each time that it is asked, which takes longer than the database's
answer: without it a workout costs a fifth less.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Field, QuerySet, Value

Row = TypeVar("Row")


class Slot(Value):
    """A value that is given later, under this name, and is never null."""

    def __init__(self, name: str, kind: Field[Any, Any]) -> None:
        super().__init__(name, output_field=kind)
        self.name, self.kind = name, kind

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return "%s", [self]

    def filled(self, values: dict[str, Any]) -> Any:
        return self.kind.get_db_prep_value(values[self.name], connection=connection)


def filled(params: Iterable[Any], **values: Any) -> tuple[Any, ...]:
    """Parameters with every slot filled. KeyError for a slot without its value."""
    return tuple(p.filled(values) if isinstance(p, Slot) else p for p in params)


class Compiled(Generic[Row]):
    """The query that `build` makes, with slots. Each thread has its own, as it has its own
    connection."""

    def __init__(self, build: Callable[[], QuerySet[Any, Row]]) -> None:
        self.build = build
        self._own = threading.local()

    def rows(self, **values: Any) -> list[Row]:
        """What the query finds, every slot filled. KeyError for a slot without its value."""
        if not hasattr(self._own, "written"):
            self._own.written = self._written()
        queryset, compiler, sql, params = self._own.written
        given = filled(params, **values)
        compiler.as_sql = lambda *args, **options: (sql, given)
        return list(queryset.all())

    def _written(self) -> tuple[Any, ...]:
        queryset = self.build()
        compiler: Any = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        # Every copy of the query asks this compiler, which answers with what it wrote.
        queryset.query.get_compiler = lambda *args, **options: compiler  # type: ignore[method-assign]
        return queryset, compiler, sql, params
