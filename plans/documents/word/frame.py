"""The page around the text: size, margins, grid, header, footer with the page's number."""

from docx.document import Document as WordFile
from docx.enum.section import WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section, _Footer, _Header
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

from plans.documents.cleaning import one_line
from plans.documents.content import Document
from plans.documents.drawing import footer_of, header_of
from plans.documents.word.fields import field

# GB/T 9704-2012: 22 lines on 225 mm. The 28 signs of a line are in `styles.xml`: other programs
# than Word give a sign two cells of a grid that is a hair narrower than it.
_LINE_PITCH = "579"


def set_up(section: Section, document: Document) -> None:
    """A4 with a text block of 156 × 225 mm, and the header on odd and even pages."""
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(24), Mm(22)
    section.gutter = Mm(0)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), _LINE_PITCH)
    for header in (section.header, section.even_page_header):
        _write_header(header, document)


def next_part(file: WordFile) -> Section:
    """What follows stands in a section of its own, on a new page."""
    return file.add_section(WD_SECTION.NEW_PAGE)


def number_pages(section: Section, document: Document) -> None:
    """Number the section's pages from 1: — 1 —, on the outer side, a sign from the edge."""
    begin = OxmlElement("w:pgNumType")
    begin.set(qn("w:start"), "1")
    section._sectPr.insert_element_before(begin, "w:cols", "w:titlePg", "w:docGrid")
    for footer, is_odd in ((section.footer, True), (section.even_page_footer, False)):
        footer.is_linked_to_previous = False
        _write_footer(footer, document, is_odd=is_odd)


def _write_header(header: _Header, document: Document) -> None:
    line = _line_of(header, "Header")
    line.add_run(one_line(document.mark), style="Mark")
    line.add_run("\t" + header_of(document))


def _write_footer(footer: _Footer, document: Document, *, is_odd: bool) -> None:
    line = _line_of(footer, "Footer")
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
    words = footer_of(document)
    if is_odd:
        line.add_run(words + "\t")
    _number(line)
    if not is_odd:
        line.add_run("\t" + words)


def _number(line: Paragraph) -> None:
    line.add_run("— ", style="page number")
    field(line.add_run(style="page number"), "PAGE", "1")
    line.add_run(" —", style="page number")


def _line_of(part: _Header | _Footer, style: str) -> Paragraph:
    part.is_linked_to_previous = False
    line = part.paragraphs[0]
    line.style = style
    return line
