"""Making a text fit: limits are in bytes, but a reader sees characters. Pure functions."""

import unicodedata

ELLIPSIS = "…"
_JOINERS = ("\u200d", "\ufe0e", "\ufe0f")


def cut(text: str, most: int) -> str:
    """The text in at most `most` bytes of UTF-8; where it was cut it ends in an ellipsis.

    Never cuts within a character, nor between a letter and the mark that belongs to it.
    """
    if len(text.encode()) <= most:
        return text
    room = most - len(ELLIPSIS.encode())
    if room < 0:
        return ""
    kept = text.encode()[:room].decode(errors="ignore")
    while kept and (_belongs_to_left(text[len(kept)]) or kept[-1] == "\u200d"):
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS


def fitted(head: str, text: str, url: str, most: int) -> str:
    """Head, text and link on lines of their own, in at most `most` bytes of UTF-8.

    The text gives way first, then the head; the link stays whole, because behind it stands the
    rest. A link that is itself too long is left out.
    """
    link = f"\n{url}" if url and len(url.encode()) + 1 < most // 2 else ""
    room = most - len(link.encode())
    head = cut(head, room)
    room -= len(head.encode())
    body = cut(f"\n{text}", room) if text and room > len("\n…".encode()) else ""
    return head + ("" if body in ("", "\n", ELLIPSIS) else body) + link


def shortened(text: str, most: int) -> str:
    """The text in at most `most` characters, for variables of templates."""
    return text if len(text) <= most else text[: max(0, most - 1)].rstrip() + ELLIPSIS


def _belongs_to_left(character: str) -> bool:
    return bool(unicodedata.combining(character)) or character in _JOINERS
