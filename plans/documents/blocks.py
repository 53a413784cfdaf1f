"""What a document consists of when it comes to a renderer: blocks in the order of print."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """A run of text within a line; `weight` is strong, soft (emphasised) or empty."""

    text: str
    weight: str = ""


Line = tuple[Span, ...]


@dataclass(frozen=True)
class Heading:
    """`level` 1 to 4; 0 is the title of an annex, which begins a page."""

    level: int
    label: str
    text: str
    is_in_contents: bool = False


@dataclass(frozen=True)
class Paragraph:
    """`style` is text (first line set in), item (hangs behind its label), quote, or flush.

    What `leads` (ends with a colon) stays on one page with what follows.
    """

    spans: Line
    label: str = ""
    style: str = "text"
    depth: int = 0

    @property
    def leads(self) -> bool:
        return bool(self.spans) and self.spans[-1].text.endswith(("：", ":"))


@dataclass(frozen=True)
class Grid:
    """A table whose widths are known; a cell is its lines."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[tuple[str, ...], ...], ...]
    widths: tuple[float, ...]
    align: str


@dataclass(frozen=True)
class Picture:
    """A figure with its numbered caption."""

    svg: str
    caption: str
    description: str


Block = Heading | Paragraph | Grid | Picture
