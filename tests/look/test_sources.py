"""Templates, sheets and scripts keep the rules: strict CSP, parts that list their needs."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PARTS = sorted((ROOT / "templates" / "parts").glob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))


def name(path):
    return str(path.relative_to(ROOT))


def without_comments(text):
    text = re.sub(r"{% comment %}.*?{% endcomment %}", "", text, flags=re.DOTALL)
    return re.sub(r"{#.*?#}", "", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_needs_no_exception_from_the_csp(path):
    text = without_comments(path.read_text())
    assert not re.search(r"<style\b", text)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=", text)
    assert not re.search(r"\shx-on[:-]", text)
    assert "javascript:" not in text
    for attributes in re.findall(r"<script\b([^>]*)>", text):
        assert "src=" in attributes or 'type="application/json"' in attributes


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_loads_nothing_from_elsewhere(path):
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_every_static_file_that_is_linked_exists(path):
    for link in re.findall(r"{% static ['\"]([^'\"]+)['\"] %}", path.read_text()):
        assert finders.find(link), link


@pytest.mark.parametrize("path", PARTS, ids=name)
def test_a_part_begins_by_saying_what_it_needs(path):
    first = path.read_text().split("\n", 1)[0]
    assert re.match(r"{# .+Needs", first), first


@pytest.mark.parametrize("path", PARTS, ids=name)
def test_every_class_of_a_part_is_drawn_by_a_sheet(path):
    drawn = set()
    for sheet in SHEETS:
        drawn |= set(re.findall(r"\.([a-z][\w-]*)", sheet.read_text()))
    # Names under which scripts or the browser find something, not drawn on purpose.
    drawn |= {"check__form", "check__more", "alarm__on", "gate__conditions", "service__name"}
    text = without_comments(path.read_text())
    text = re.sub(r"{%.*?%}|{{.*?}}", "\x00", text)
    for classes in re.findall(r'class="([^"]*)"', text):
        for word in classes.split():
            # A name that is put together from a variable ends or begins at the gap.
            if "\x00" not in word:
                assert word in drawn, word


@pytest.mark.parametrize("path", SHEETS, ids=name)
def test_every_sheet_is_linked_by_a_template(path):
    linked = f"css/{path.name}"
    assert any(linked in template.read_text() for template in TEMPLATES)


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_makes_no_code_or_markup_from_words(path):
    text = path.read_text()
    for forbidden in (
        r"\beval\s*\(",
        r"\bnew Function\b",
        r"\.innerHTML\b",
        r"\.outerHTML\b",
        r"insertAdjacentHTML",
        r"document\.write",
        r"setAttribute\(\s*[\"']style",
        r"set(?:Timeout|Interval)\(\s*[\"'`]",
        r"https?://",
    ):
        assert not re.search(forbidden, text), forbidden


@pytest.mark.parametrize("path", SCRIPTS, ids=name)
def test_a_script_says_what_it_is_and_holds_no_words_for_the_reader(path):
    text = path.read_text()
    assert text.startswith(("/*", "//"))
    assert not re.search(r"[\u4e00-\u9fff]", text), "words belong into templates, with gettext"
