"""The colours, measured: each pair that stands on a page, in light and in dark."""

import re
from pathlib import Path

import pytest

CSS = Path(__file__).resolve().parents[2] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text()

# Text on its ground. The words of the product are read at 3 a.m.: 6:1, not the law's 4.5:1.
TEXT_PAIRS = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink-soft", "paper"),
    ("ink-soft", "surface"),
    ("action", "paper"),
    ("action", "surface"),
    ("calm", "calm-wash"),
    ("calm", "surface"),
    ("soon", "soon-wash"),
    ("soon", "surface"),
    ("drill", "drill-wash"),
    ("drill", "surface"),
    ("on-action", "action"),
    ("ink", "calm-wash"),
    ("ink", "soon-wash"),
    ("ink", "now-wash"),
    ("ink", "action-wash"),
]
LESS_PAIRS = [
    ("now", "now-wash"),
    ("now", "surface"),
    ("now", "paper"),
    ("on-now", "now"),
    ("ink-soft", "now-wash"),
    ("ink-soft", "action-wash"),
    ("action", "action-wash"),
    ("action-strong", "action-wash"),
]
EDGE_PAIRS = [("line", "surface"), ("line", "paper")]


def sets():
    """The three blocks of tokens: light, dark by the system's wish, dark by the switch."""
    blocks = re.findall(r"(:root[^{,]*)\{(.*?)\n\s*\}", TOKENS, re.DOTALL)
    found = {}
    for selector, body in blocks:
        tokens = dict(re.findall(r"--([\w-]+):\s*([^;]+);", body))
        if "paper" in tokens:
            found[selector.strip()] = tokens
    light = found[":root"]
    wished = found[':root:not([data-theme="light"])']
    chosen = found[':root[data-theme="dark"]']
    return light, wished, chosen


def luminance(colour):
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(tokens, one, other):
    dark, light = sorted(luminance(tokens[name]) for name in (one, other))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("pairs", "least"), [(TEXT_PAIRS, 6), (LESS_PAIRS, 4.5), (EDGE_PAIRS, 3)], ids=str
)
def test_every_pair_has_its_contrast(theme, pairs, least):
    tokens = sets()[theme]
    weak = {
        f"{one} on {other}": round(contrast(tokens, one, other), 2)
        for one, other in pairs
        if contrast(tokens, one, other) < least
    }
    assert not weak


def test_the_switch_and_the_systems_wish_give_the_same_dark():
    _light, wished, chosen = sets()
    assert wished == chosen


def test_dark_says_every_colour_anew():
    light, dark, _chosen = sets()
    colours = {name for name, value in light.items() if value.startswith("#")}
    assert colours <= dark.keys()


@pytest.mark.parametrize("sheet", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_no_colour_outside_the_tokens(sheet):
    if sheet.name in ("tokens.css", "print.css"):
        pytest.skip("the tokens themselves, and paper, which is black on white")
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl)a?\(", sheet.read_text()) == []


@pytest.mark.parametrize("sheet", sorted(CSS.glob("*.css")), ids=lambda path: path.name)
def test_every_token_that_is_used_is_defined(sheet):
    defined = set(re.findall(r"(--[\w-]+):", TOKENS))
    text = sheet.read_text()
    used = set(re.findall(r"var\((--[\w-]+)", text)) - set(re.findall(r"(--[\w-]+):", text))
    assert used <= defined
