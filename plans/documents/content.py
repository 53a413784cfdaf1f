"""What a document says. How it looks is the renderers' business.

Everything is plain text, but where a docstring says Markdown. No text can reach the layout: what
looks like mark-up of a renderer is printed as it stands.
"""

import datetime
from dataclasses import dataclass

DRAFT = "【草稿】"


@dataclass(frozen=True)
class Table:
    """Rows of plain text under named columns; a line break in a cell stays.

    `widths` are parts of the text block, one a column (empty: by what the columns hold). `align`
    is a letter a column, `l` or `c` (empty: all left). A caption is numbered 表1, 表2 and so on.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    widths: tuple[float, ...] = ()
    align: str = ""

    def __post_init__(self) -> None:
        if not self.columns or any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row of a table has a cell for each column")
        if self.widths and len(self.widths) != len(self.columns):
            raise ValueError("widths are given for all columns or for none")


@dataclass(frozen=True)
class Figure:
    """A drawing as SVG of our own making (never a user's file), described for who cannot see it."""

    svg: str
    caption: str
    description: str


@dataclass(frozen=True)
class Section:
    """A numbered section: its text (Markdown), then tables and figures, then sections below it.

    Numbers come from the structure, in the order of GB/T 9704-2012: 一、 （一） 1. （1）; `number`
    sets one where it is fixed elsewhere. Headings within the text become sections below; ordered
    lists are numbered 1. and （1）.
    """

    title: str
    body: str = ""
    tables: tuple[Table, ...] = ()
    figures: tuple[Figure, ...] = ()
    sections: tuple["Section", ...] = ()
    number: int = 0


@dataclass(frozen=True)
class Signature:
    """A line to sign on. What is empty is left blank for the pen."""

    role: str
    name: str = ""
    at: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Document:
    """An official document (公文), whole.

    With a cover, the cover carries organisation, date and `facts` (pairs of name and value), and
    the pages behind it carry the version record and the signatures. Without one, the title stands
    above the text, and organisation, date and signatures below it. `opening` and `closing` are
    Markdown without numbers. `annexes` are printed behind the text, each on a new page;
    `attachments` are only named. `mark` (plans.marks.DRILL, DRAFT) stands on every page.
    """

    title: str
    subtitle: str = ""
    number: str = ""
    organisation: str = ""
    dated: datetime.date | None = None
    addressee: str = ""
    opening: str = ""
    sections: tuple[Section, ...] = ()
    closing: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    versions: Table | None = None
    signatures: tuple[Signature, ...] = ()
    annexes: tuple[Section, ...] = ()
    attachments: tuple[str, ...] = ()
    fine_print: tuple[str, ...] = ()
    header: str = ""
    footer: str = ""
    mark: str = ""
    has_cover: bool = True
    has_contents: bool = True
