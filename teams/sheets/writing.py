"""Writing sheets that open well: headings that stay in sight, widths, dates as dates."""

import datetime
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from teams.sheets.cells import FORMULAS, Column

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEADING = {"font": Font(bold=True), "fill": PatternFill("solid", start_color="FFE4F0F1")}


@dataclass(frozen=True)
class Sheet:
    """One sheet of a file: rows are mappings by the columns' names; what is missing is empty."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any]] = field(default_factory=list)


def write(sheets: Sequence[Sheet], instructions: Sequence[Any] = ()) -> bytes:
    """An XLSX file of these sheets and, at its end, one of instructions.

    The instructions are the given sentences and then each column of the first sheet with its
    hint; without sentences and hints there is no such sheet.
    """
    book = Workbook(write_only=True)
    for sheet in sheets:
        _add(book, sheet)
    explained = [column for column in sheets[0].columns if column.hint]
    if instructions or explained:
        _explain(book, instructions, sheets[0].columns)
    stored = io.BytesIO()
    book.save(stored)
    return stored.getvalue()


def _add(book: Workbook, sheet: Sheet) -> None:
    page: Any = book.create_sheet(_title(sheet.title))
    page.freeze_panes = "A2"
    for index, column in enumerate(sheet.columns, start=1):
        page.column_dimensions[get_column_letter(index)].width = column.width
    page.append([_cell(page, str(column.heading), **_HEADING) for column in sheet.columns])
    for row in sheet.rows:
        page.append([_cell(page, row.get(column.name)) for column in sheet.columns])


def _explain(book: Workbook, instructions: Sequence[Any], columns: Sequence[Column]) -> None:
    page: Any = book.create_sheet(_("填写说明"))
    page.column_dimensions["A"].width = 24
    page.column_dimensions["B"].width = 10
    page.column_dimensions["C"].width = 60
    for sentence in instructions:
        page.append([_cell(page, str(sentence))])
    if instructions:
        page.append([])
    page.append([_cell(page, words, **_HEADING) for words in (_("列"), _("必填"), _("怎样填写"))])
    for column in columns:
        needed = _("必填") if column.required else _("可不填")
        words = (str(column.heading), needed, str(column.hint))
        page.append([_cell(page, word) for word in words])


def _cell(page: Any, value: Any, **style: Any) -> Any:
    """A cell that shows `value`; words are words, whatever they begin with."""
    if isinstance(value, datetime.datetime) and timezone.is_aware(value):
        value = timezone.make_naive(value)
    elif value is not None and not isinstance(
        value, bool | int | float | datetime.datetime | datetime.date | datetime.time
    ):
        value = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text="\n" in value)
        if value.startswith(FORMULAS):
            cell.quotePrefix = True
            cell.number_format = "@"
    elif isinstance(value, datetime.datetime):
        cell.number_format = "yyyy-mm-dd hh:mm"
    elif isinstance(value, datetime.date):
        cell.number_format = "yyyy-mm-dd"
    elif isinstance(value, datetime.time):
        cell.number_format = "hh:mm"
    for name, look in style.items():
        setattr(cell, name, look)
    return cell


def _title(words: str) -> str:
    """A name that spreadsheets allow for a sheet."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in words).strip("' ")[:31] or "1"
