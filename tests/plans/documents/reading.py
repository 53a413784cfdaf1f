"""Documents read back: what a PDF of ours says and where, what a DOCX says. Pure Python.

The PDF reader knows what our typesetter writes (objects in the open, text as glyph numbers with a
ToUnicode map) and no more.
"""

import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import docx
from docx.document import Document as WordFile

_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
# Where a piece of text begins on the page; then its font and size, its offset, what is shown.
_SHOWN = re.compile(
    rb"1 0 0 -1 ([\d.-]+) ([\d.-]+) cm"
    rb"|/(\w+) ([\d.]+) Tf 1 0 0 -1 ([\d.-]+) [\d.-]+ Tm(.*?)T[jJ]\b",
    re.DOTALL,
)


@dataclass(frozen=True)
class Run:
    """Text in one line, from `left` to `right`, `up` from the page's lower edge; in points."""

    text: str
    font: str
    size: float
    left: float
    right: float
    up: float


class Pdf:
    def __init__(self, data: bytes) -> None:
        self.data = data
        found = re.finditer(rb"\b(\d+) 0 obj\n(.*?)\nendobj", data, re.DOTALL)
        self.objects = {int(match[1]): match[2] for match in found}
        tree = next(value for value in self.objects.values() if b"/Type/Pages" in value)
        kids = re.search(rb"/Kids\[(.*?)\]", tree)[1]
        self.pages = [self._page(self.objects[int(key)]) for key in re.findall(rb"(\d+) 0 R", kids)]

    @property
    def texts(self) -> list[str]:
        """Each page's text, without the breaks between lines."""
        return ["".join(run.text for run in page) for page in self.pages]

    @property
    def text(self) -> str:
        return "".join(self.texts)

    @property
    def fonts(self) -> set[str]:
        """Names of the fonts whose outlines are inside the file."""
        descriptors = [value for value in self.objects.values() if b"/FontFile" in value]
        return {re.search(rb"/FontName/\w+\+([\w-]+)", value)[1].decode() for value in descriptors}

    @property
    def used_fonts(self) -> set[str]:
        names = re.findall(rb"/BaseFont/\w+\+([\w-]+?)(?:-Identity-H)?[/>]", self.data)
        return {name.decode() for name in names}

    def _stream(self, key: int) -> bytes:
        value = self.objects[key]
        packed = re.search(rb"stream\n(.*)\nendstream", value, re.DOTALL)[1]
        return zlib.decompress(packed) if b"/FlateDecode" in value else packed

    def _follow(self, value: bytes, name: bytes) -> int:
        return int(re.search(rb"/%b ?\[?(\d+) 0 R" % name, value)[1])

    def _page(self, page: bytes) -> list[Run]:
        resources = self.objects[self._follow(page, b"Resources")]
        listed = re.search(rb"/Font<<(.*?)>>", resources, re.DOTALL)
        fonts = {
            match[1]: _Font(self, int(match[2]))
            for match in re.finditer(rb"/(\w+) (\d+) 0 R", listed[1] if listed else b"")
        }
        runs = []
        left = up = 0.0
        for match in _SHOWN.finditer(self._stream(self._follow(page, b"Contents"))):
            if match[1]:
                left, up = float(match[1]), float(match[2])
                continue
            size, begin = float(match[4]), left + float(match[5])
            text, width = fonts[match[3]].read(match[6])
            name = fonts[match[3]].name
            runs.append(Run(text, name, size, begin, begin + width * size / 1000, up))
        return runs


class _Font:
    def __init__(self, pdf: Pdf, key: int) -> None:
        value = pdf.objects[key]
        self.name = re.search(rb"/BaseFont/\w+\+([\w-]+?)(?:-Identity-H)?/", value)[1].decode()
        self.signs: dict[int, str] = {}
        cmap = pdf._stream(pdf._follow(value, b"ToUnicode"))
        for code, sign in re.findall(rb"<(\w{4})> <(\w{4,})>\n", cmap):
            self.signs[int(code, 16)] = bytes.fromhex(sign.decode()).decode("utf-16-be")
        descendant = pdf.objects[pdf._follow(value, b"DescendantFonts")]
        numbers = re.search(rb"/W\[([\d. ]*)\]", descendant)[1].split()
        self.widths: dict[int, float] = {}
        for first, last, width in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
            self.widths |= dict.fromkeys(range(int(first), int(last) + 1), float(width))

    def read(self, pieces: bytes) -> tuple[str, float]:
        """Text and width (in thousandths of the size) of what a Tj or TJ operator shows."""
        text, width = "", 0.0
        for piece in _pieces(pieces):
            if isinstance(piece, float):
                width -= piece
                continue
            for code in (int.from_bytes(piece[at : at + 2]) for at in range(0, len(piece), 2)):
                text += self.signs.get(code, "\ufffd")
                width += self.widths.get(code, 0.0)
        return text.replace("\u200b", "").replace("\u00a0", " "), width


def _pieces(operand: bytes) -> Iterator[bytes | float]:
    """Strings and numbers of an array; parentheses within a string are balanced or escaped."""
    at = 0
    while at < len(operand):
        if operand[at : at + 1] == b"<":
            end = operand.index(b">", at)
            yield bytes.fromhex(operand[at + 1 : end].decode())
            at = end + 1
        elif operand[at : at + 1] == b"(":
            end, depth = at + 1, 1
            while depth:
                sign = operand[end : end + 1]
                depth += (sign == b"(") - (sign == b")")
                end += 2 if sign == b"\\" else 1
            yield re.sub(rb"\\([0-7]{3}|.)", _sign, operand[at + 1 : end - 1], flags=re.DOTALL)
            at = end
        else:
            number = re.match(rb"[\d.-]+|[\s\[\]]+", operand[at:])[0]
            if number.strip(b" \n[]"):
                yield float(number)
            at += len(number)


def _sign(match: re.Match[bytes]) -> bytes:
    code = match[1]
    return bytes([int(code, 8)]) if code.isdigit() else _ESCAPES.get(code, code)


def word(data: bytes) -> WordFile:
    return docx.Document(io.BytesIO(data))


def word_text(data: bytes) -> str:
    """All paragraphs and cells, in no particular order."""
    file = word(data)
    lines = [line.text for line in file.paragraphs]
    lines += [cell.text for table in file.tables for row in table.rows for cell in row.cells]
    return "\n".join(lines)
