"""Tables of a DOCX: fixed widths, a head that is repeated, rows that stay whole."""

from collections.abc import Sequence
from typing import Any

from docx.document import Document as WordFile
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT as MIDDLE
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Emu, Mm
from docx.table import Table, _Cell, _Row
from docx.text.paragraph import Paragraph

from plans.documents.blocks import Grid
from plans.documents.drawing import is_long

_BLOCK = Mm(156)


def add(file: WordFile, rows: int, widths: Sequence[float], share: float = 1.0) -> Table:
    """An empty table, `share` of the text block wide, its columns in the parts of `widths`."""
    table = file.add_table(rows, len(widths))
    table.style = "Table Grid"
    table.autofit = False
    sizes = [Emu(int(_BLOCK * share * width / sum(widths))) for width in widths]
    for column, size in zip(table.columns, sizes, strict=True):
        column.width = size
    for row in table.rows:
        for cell, size in zip(row.cells, sizes, strict=True):
            cell.width = size
    return table


def add_grid(file: WordFile, grid: Grid) -> None:
    """The grid's head and rows."""
    head, *rows = add(file, 1 + len(grid.rows), grid.widths).rows
    _flag(head, "w:tblHeader")
    _flag(head, "w:cantSplit")
    for cell, name in zip(head.cells, grid.columns, strict=True):
        fill(cell, [name], "Table Head")
        _shade(cell)
    for row, cells in zip(rows, grid.rows, strict=True):
        if not is_long(cells):
            _flag(row, "w:cantSplit")
        for cell, lines, align in zip(row.cells, cells, grid.align, strict=True):
            fill(cell, lines, "Table Text", is_centred=align == "c")


def fill(cell: _Cell, lines: Sequence[str], style: str, *, is_centred: bool = False) -> None:
    """Write the lines into an empty cell.

    The style's key is its name without blanks, as styles.xml has it. To look it up by its name
    would take longer than all the rest of a table.
    """
    paragraph = cell.paragraphs[0]
    paragraph._p.style = style.replace(" ", "")
    paragraph.add_run("\n".join(lines))
    if is_centred:
        paragraph.alignment = ALIGN.CENTER
    cell.vertical_alignment = MIDDLE.CENTER


def keep_together(parts: Sequence[Any]) -> None:
    """Paragraphs and tables that stay on one page: each line but the last keeps with the next."""
    lines = [line for part in parts for line in part.iter(qn("w:p"))]
    for line in lines[:-1]:
        Paragraph(line, None).paragraph_format.keep_with_next = True  # type: ignore[arg-type]


def _shade(cell: _Cell) -> None:
    shade = OxmlElement("w:shd")
    for name, value in (("val", "clear"), ("color", "auto"), ("fill", "F0F0F0")):
        shade.set(qn(f"w:{name}"), value)
    cell._tc.get_or_add_tcPr().insert_element_before(
        shade, "w:noWrap", "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign", "w:hideMark"
    )


def _flag(row: _Row, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))
