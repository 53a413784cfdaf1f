"""Tables as comma-separated text, for those who have another program than a spreadsheet's."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from teams.sheets.cells import FORMULAS, Column

CONTENT_TYPE = "text/csv; charset=utf-8"


def as_csv(columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> str:
    """With the mark by which spreadsheets know UTF-8; words that look like a formula are text."""
    out = io.StringIO()
    out.write("\ufeff")
    table = csv.writer(out)
    table.writerow([str(column.heading) for column in columns])
    for row in rows:
        table.writerow([_guarded(row.get(column.name)) for column in columns])
    return out.getvalue()


def _guarded(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULAS) else value
