"""The blocks of a document as paragraphs, tables and pictures of a DOCX."""

import io
from collections.abc import Iterable, Sequence

from docx.document import Document as WordFile
from docx.enum.text import WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from plans.documents.blocks import Block, Grid, Heading, Paragraph, Picture
from plans.documents.cleaning import clean, one_line
from plans.documents.pdf import drawn
from plans.documents.word import tables
from plans.documents.word.fields import bookmark, field, instruction, mark

_STYLES = {"text": "Body Text", "item": "List Paragraph", "quote": "Quote", "flush": "Normal"}
_WEIGHTS = {"strong": "Strong", "soft": "Emphasis"}


class Body:
    """Writes behind what the file holds already; headings of the contents are bookmarked."""

    def __init__(self, file: WordFile) -> None:
        self.file = file
        self.marked = 0

    def put(self, block: Block) -> None:
        if isinstance(block, Heading):
            self._heading(block)
        elif isinstance(block, Paragraph):
            self._paragraph(block)
        elif isinstance(block, Grid):
            self._grid(block)
        else:
            self._picture(block)

    def skip(self, lines: int) -> None:
        for _line in range(lines):
            self.file.add_paragraph()

    def break_page(self) -> None:
        self.file.add_paragraph().add_run().add_break(WD_BREAK.PAGE)

    def contents(self, headings: Iterable[Heading], pages: Sequence[int]) -> None:
        """The table of contents as a field; until it is renewed it shows the PDF's page numbers."""
        entries = list(zip(headings, pages, strict=True))
        for number, (heading, page) in enumerate(entries, start=1):
            line = self.file.add_paragraph(style=f"toc {max(1, heading.level)}")
            if number == 1:
                mark(line.add_run(), "begin")
                instruction(line.add_run(), 'TOC \\o "1-2" \\h \\z \\u')
                mark(line.add_run(), "separate")
            link = OxmlElement("w:hyperlink")
            link.set(qn("w:anchor"), _name(number))
            words = line.add_run(f"{_words(heading)}\t")
            shown = line.add_run()
            field(shown, f"PAGEREF {_name(number)} \\h", str(page))
            link.extend([words._r, shown._r])
            line._p.append(link)
            if number == len(entries):
                mark(line.add_run(), "end")

    def facts(self, rows: Sequence[tuple[str, str]]) -> None:
        """Names and values in two columns, narrower than the text."""
        table = tables.add(self.file, len(rows), (1.0, 2.2), share=0.8)
        for row, (name, value) in zip(table.rows, rows, strict=True):
            left, right = row.cells
            tables.fill(left, [one_line(name)], "Table Head")
            tables.fill(right, clean(value).split("\n"), "Table Text")

    def _heading(self, block: Heading) -> None:
        if block.level == 0:
            self.file.add_paragraph(block.label, style="Annex Mark")
            line = self.file.add_paragraph(block.text, style="Annex Title")
        else:
            style = f"Heading {block.level}"
            if block.level <= 2 and not block.is_in_contents:
                style = f"Annex {style}"
            line = self.file.add_paragraph(_words(block), style=style)
        if block.is_in_contents:
            self.marked += 1
            bookmark(line, _name(self.marked), self.marked)

    def _paragraph(self, block: Paragraph) -> None:
        line = self.file.add_paragraph(block.label, style=_STYLES[block.style])
        for span in block.spans:
            line.add_run(span.text, style=_WEIGHTS.get(span.weight))
        if block.leads:
            line.paragraph_format.keep_with_next = True
        if block.style == "item":
            hang = Pt(16 * sum(1 if sign > "\u2000" else 0.5 for sign in block.label))
            line.paragraph_format.left_indent = Pt(32 * (1 + block.depth)) + hang
            line.paragraph_format.first_line_indent = -hang

    def _grid(self, block: Grid) -> None:
        if block.caption:
            caption = self.file.add_paragraph(block.caption, style="Caption")
            caption.paragraph_format.keep_with_next = True
        tables.add_grid(self.file, block)
        self.file.add_paragraph(style="Fine Print")

    def _picture(self, block: Picture) -> None:
        line = self.file.add_paragraph(style="Caption")
        line.paragraph_format.line_spacing = 1.0
        line.paragraph_format.keep_with_next = True
        shape = line.add_run().add_picture(io.BytesIO(drawn(block.svg)), width=Mm(156))
        shape._inline.docPr.set("descr", block.description)
        self.file.add_paragraph(block.caption, style="Caption")


def _words(heading: Heading) -> str:
    return heading.label + ("　" if heading.level == 0 else "") + heading.text


def _name(number: int) -> str:
    return f"_Toc{number:08}"
