"""Markdown read into blocks: paragraphs, headings, ordered and bullet lists, tables, quotes.

HTML is not part of it and is printed as it was typed; of a picture or link its words remain.
"""

import re
from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from plans.documents.blocks import Heading, Line, Paragraph, Span
from plans.documents.content import Table
from plans.documents.numbering import label

_PARSER = MarkdownIt("commonmark", {"html": False}).enable("table")
APART = "\u200b"
_STARS = re.compile(
    "(?<=[\u2010-\u2027\u3001-\u303f\uff01-\uff65])\\*{1,3}|\\*{1,3}(?=[\u2010-\u2027\u3001-\u303f\uff01-\uff65])"
)
_WEIGHTS = {"strong": "strong", "em": "soft"}


def read(text: str, first_list: int = 3) -> list[Heading | Paragraph | Table]:
    """The blocks of a Markdown text, in order. Headings have no label yet.

    `first_list` is the level whose numbers the outermost ordered list takes: 3 is 1., 4 is （1）.
    """
    return list(_Reader(first_list).blocks(_PARSER.parse(parted(text))))


def parted(text: str) -> str:
    """Stars set apart from Chinese punctuation by a sign that `spans` takes out again.

    CommonMark's rule for where emphasis ends looks for blanks, which Chinese does not have:
    without this, `**注意：**先断网` is not emphasised.
    """
    return _STARS.sub(lambda stars: f"{APART}{stars[0]}{APART}", text)


class _List:
    def __init__(self, token: Token, level: int) -> None:
        self.is_ordered = token.type == "ordered_list_open"
        self.level = level
        self.next = int(token.attrs.get("start", 1))
        self.label = ""

    def begin_item(self) -> None:
        self.label = label(self.level, self.next) if self.is_ordered else "— "
        self.next += 1

    def take_label(self) -> str:
        """The item's label, for the first of its paragraphs only."""
        taken, self.label = self.label, ""
        return taken


class _Reader:
    def __init__(self, first_list: int) -> None:
        self.first_list = first_list
        self.lists: list[_List] = []
        self.quotes = 0

    def blocks(self, tokens: list[Token]) -> Iterator[Heading | Paragraph | Table]:
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "table_open":
                end = next(
                    at for at in range(index, len(tokens)) if tokens[at].type == "table_close"
                )
                yield _table(tokens[index:end])
                index = end
            elif token.type == "heading_open":
                words = "".join(span.text for span in spans(tokens[index + 1]))
                yield Heading(int(token.tag[1:]), "", " ".join(words.split()))
                index += 2
            elif token.type == "inline":
                yield self.paragraph(spans(token))
            elif token.type in ("fence", "code_block"):
                for line in token.content.rstrip("\n").split("\n"):
                    yield Paragraph((Span(line),), style="flush")
            else:
                self.enter_or_leave(token)
            index += 1

    def enter_or_leave(self, token: Token) -> None:
        if token.type in ("ordered_list_open", "bullet_list_open"):
            ordered = sum(known.is_ordered for known in self.lists)
            self.lists.append(_List(token, min(self.first_list + ordered, 4)))
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            self.lists.pop()
        elif token.type == "list_item_open":
            self.lists[-1].begin_item()
        elif token.type == "blockquote_open":
            self.quotes += 1
        elif token.type == "blockquote_close":
            self.quotes -= 1

    def paragraph(self, line: Line) -> Paragraph:
        if self.lists:
            inner = self.lists[-1]
            bullets = sum(not known.is_ordered for known in self.lists)
            style = "text" if inner.is_ordered else "item"
            return Paragraph(line, inner.take_label(), style, max(0, bullets - 1))
        return Paragraph(line, style="quote" if self.quotes else "text")


def spans(inline: Token) -> Line:
    """The runs of one inline token. A line break within Chinese text joins, else it is a space."""
    found: list[Span] = []
    weights: list[str] = []
    for child in inline.children or []:
        name, _sep, side = child.type.rpartition("_")
        if side == "open" and name in _WEIGHTS:
            weights.append(_WEIGHTS[name])
        elif side == "close" and name in _WEIGHTS:
            weights.pop()
        elif child.type == "softbreak":
            found.append(Span("\n"))
        elif child.type == "hardbreak":
            found.append(Span("\v"))
        elif words := child.content.replace(APART, ""):
            found.append(Span(words, weights[-1] if weights else ""))
    return tuple(_joined(found))


def _joined(found: list[Span]) -> Iterator[Span]:
    """Soft breaks resolved: gone beside a full-width sign, a space between other words."""
    for index, span in enumerate(found):
        if span.text != "\n":
            yield Span(span.text.replace("\v", "\n"), span.weight)
            continue
        before = found[index - 1].text[-1:] if index else ""
        after = found[index + 1].text[:1] if index + 1 < len(found) else ""
        if before and after and not _is_wide(before) and not _is_wide(after):
            yield Span(" ")


def _is_wide(sign: str) -> bool:
    """Chinese text, or the dashes, quotes and dots that it shares with Latin text."""
    return sign >= "\u2e80" or "\u2010" <= sign <= "\u2027"


def _table(tokens: list[Token]) -> Table:
    rows: list[list[str]] = []
    align = ""
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append("".join(span.text for span in spans(token)))
        elif token.type == "th_open":
            align += "c" if "center" in str(token.attrs.get("style", "")) else "l"
    width = len(rows[0])
    return Table(
        columns=tuple(rows[0]),
        rows=tuple(tuple((row + [""] * width)[:width]) for row in rows[1:]),
        align=align,
    )
