"""Clauses as HTML: Markdown without HTML, pictures or headings of its own."""

from markdown_it import MarkdownIt
from markdown_it.token import Token

from plans.documents.markdown import APART, parted

_PARSER = (
    MarkdownIt("commonmark", {"html": False, "linkify": False}).enable("table").disable("image")
)


def to_html(text: str) -> str:
    """The text as HTML that may stand in a page as it is: everything in it was escaped.

    A heading inside a clause is a line in bold: the clause's own title is the page's heading.
    """
    tokens = _PARSER.parse(parted(text))
    for token in tokens:
        _tame(token)
    # What sets stars apart from Chinese punctuation has done its work.
    return str(_PARSER.renderer.render(tokens, _PARSER.options, {})).replace(APART, "")


def _tame(token: Token) -> None:
    if token.type in ("heading_open", "heading_close"):
        token.tag = "p"
        if token.nesting == 1:
            token.attrSet("class", "clause__heading")
    elif token.type == "table_open":
        token.attrSet("class", "table")
    for child in token.children or ():
        if child.type == "link_open":
            # A page of the hospital's own tells no other site that it was read.
            child.attrSet("rel", "noopener noreferrer")
