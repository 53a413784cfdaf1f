"""Text made fit for paper: no character that a program refuses, hides behind, or chokes on."""

import re
import unicodedata

# Signs that turn the direction of writing, or hold words together: invisible on paper, and able to
# show another text than the one that is there.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_SPACES = re.compile("[\t\u00a0\u202f]")
_GAPS = re.compile("[ \n]+")
_MARKDOWN_SIGNS = re.compile(r"([!-/:-@\[-`{-~])")


def clean(text: str) -> str:
    """The text in normal form (NFC) without control signs; lines end with a line feed.

    A lone half of a character, which no file can hold, becomes U+FFFD.
    """
    text = _LINE_ENDS.sub("\n", str(text))
    text = _INVISIBLE.sub("", _SPACES.sub(" ", text))
    return unicodedata.normalize("NFC", "".join(_kept(sign) for sign in text))


def one_line(text: str) -> str:
    """The same on one line: for titles, names and whatever must not grow."""
    return _GAPS.sub(" ", clean(text)).strip()


def plain(text: str) -> str:
    """What a person typed as Markdown that prints exactly that; each line is a paragraph."""
    lines = (line.strip() for line in clean(text).split("\n"))
    return "\n\n".join(_MARKDOWN_SIGNS.sub(r"\\\1", line) for line in lines if line)


def inline(text: str) -> str:
    """The same within a line of Markdown."""
    return " ".join(plain(text).split("\n\n"))


def _kept(sign: str) -> str:
    category = unicodedata.category(sign)
    if category == "Cs":
        return "\ufffd"
    if category == "Cc":
        return sign if sign == "\n" else ""
    # The last two of each plane are no characters, and XML refuses the first pair.
    return "" if ord(sign) & 0xFFFE == 0xFFFE else sign
