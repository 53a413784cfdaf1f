"""Fields, which a program computes anew, and bookmarks, which they refer to."""

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph
from docx.text.run import Run


def field(run: Run, code: str, shown: str) -> None:
    """A whole field; until it is computed it shows `shown`."""
    mark(run, "begin")
    instruction(run, code)
    mark(run, "separate")
    run.add_text(shown)
    mark(run, "end")


def instruction(run: Run, code: str) -> None:
    """The field's code."""
    element = OxmlElement("w:instrText")
    element.set(qn("xml:space"), "preserve")
    element.text = f" {code} "
    run._r.append(element)


def mark(run: Run, kind: str) -> None:
    """Where a field begins, where its result does (`separate`), where it ends."""
    element = OxmlElement("w:fldChar")
    element.set(qn("w:fldCharType"), kind)
    run._r.append(element)


def bookmark(paragraph: Paragraph, name: str, number: int) -> None:
    """Mark all that the paragraph holds; `number` is the mark's own in the file."""
    begin, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
    for element in (begin, end):
        element.set(qn("w:id"), str(number))
    begin.set(qn("w:name"), name)
    first = paragraph.runs[0] if paragraph.runs else paragraph.add_run()
    first._r.addprevious(begin)
    paragraph._p.append(end)
