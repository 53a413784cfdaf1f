"""The English catalogue: every Chinese text that the code marks, found without GNU gettext.

Python is read with `ast`, templates with Django's own `templatize`; so the catalogue can be made
and checked on a machine where nothing but the project's own lock was installed.
"""

import ast
import copy
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

CATALOGUE = settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"
ROOMS = (
    *("journal", "teams", "inventory", "plans", "incidents", "notices", "reviews", "drills", "ops"),
    *("config", "templates"),
)
_MARKS = {"_", "gettext", "gettext_lazy", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy"}
# A template's `count` comes out of templatize as one of these too.
_COUNTED = {"ngettext", "ngettext_lazy"}


def marked_texts() -> dict[str, set[str]]:
    """Every marked text of the product: `{text: {files that say it}}`."""
    found: dict[str, set[str]] = {}
    for room in ROOMS:
        for path in sorted((settings.BASE_DIR / room).rglob("*")):
            if path.suffix not in (".py", ".html", ".txt") or "migrations" in path.parts:
                continue
            for text in _texts_in(path):
                found.setdefault(text, set()).add(str(path.relative_to(settings.BASE_DIR)))
    return found


def counted_texts() -> set[str]:
    """Those of them that are said of a number."""
    return {
        text
        for room in ROOMS
        for path in (settings.BASE_DIR / room).rglob("*")
        if path.suffix in (".py", ".html", ".txt") and "migrations" not in path.parts
        for text in _texts_in(path, only_counted=True)
    }


def bring_in_step() -> tuple[int, int]:
    """Add new texts (untranslated), drop those that are gone; give how many of each."""
    catalogue = _read()
    texts = marked_texts()
    known = {entry.msgid for entry in catalogue}
    gone = [entry for entry in catalogue if entry.msgid not in texts]
    for entry in gone:
        catalogue.remove(entry)
    for text in sorted(set(texts) - known):
        catalogue.append(polib.POEntry(msgid=text, msgstr=""))
    for entry in catalogue:
        entry.occurrences = [(name, "") for name in sorted(texts[entry.msgid])]
    catalogue.sort(key=lambda entry: entry.msgid)
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(CATALOGUE))
    _compiled(catalogue).save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
    return len(set(texts) - known), len(gone)


def faults() -> list[str]:
    """What is not in step: texts missing, without English, left over, or with other variables."""
    catalogue = {entry.msgid: entry for entry in _read()}
    texts = marked_texts()
    said = [f"missing: {text}" for text in sorted(set(texts) - set(catalogue))]
    said += [f"left over: {text}" for text in sorted(set(catalogue) - set(texts))]
    for text, entry in sorted(catalogue.items()):
        if not entry.msgstr or entry.fuzzy:
            said.append(f"no English: {text}")
        elif _variables(text) != _variables(entry.msgstr):
            said.append(f"other variables: {text}")
    compiled = CATALOGUE.with_suffix(".mo")
    if not compiled.exists() or _spoken(polib.mofile(str(compiled))) != _spoken(_compiled(_read())):
        said.append("django.mo is not the compiled django.po")
    return said


def _compiled(catalogue: polib.POFile) -> polib.POFile:
    """What becomes the `.mo`. Chinese has one form for any number, and so has our English; but what
    is counted (`ngettext`) is looked up as a pair, and would stay Chinese without one."""
    pairs = copy.copy(catalogue)
    pairs[:] = list(catalogue)
    texts = counted_texts()
    for entry in catalogue:
        if entry.msgid in texts and entry.msgstr:
            forms = {0: entry.msgstr, 1: entry.msgstr}
            pairs.append(
                polib.POEntry(msgid=entry.msgid, msgid_plural=entry.msgid, msgstr_plural=forms)
            )
    return pairs


def _spoken(catalogue: list[polib.POEntry]) -> set[tuple[str, str, str]]:
    return {
        (entry.msgid, entry.msgid_plural, entry.msgstr or entry.msgstr_plural.get(0, ""))
        for entry in catalogue
        if entry.msgstr or entry.msgstr_plural
    }


def _read() -> polib.POFile:
    if CATALOGUE.exists():
        return polib.pofile(str(CATALOGUE), wrapwidth=100)
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": "en",
        "Plural-Forms": "nplurals=2; plural=(n != 1);",
    }
    return catalogue


def _variables(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]|\{\w+\}", text))


def _texts_in(path: Path, *, only_counted: bool = False) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    if only_counted and "ngettext" not in source and " count " not in source:
        return
    names = _COUNTED if only_counted else _MARKS
    if path.suffix != ".py":
        # templatize gives lines such as `_('text')`, `gettext(u'…')` among blanks and X's.
        begin = "ngettext" if only_counted else "(?:gettext|_)"
        for mark in re.finditer(
            begin + r"\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", templatize(source)
        ):
            yield ast.literal_eval(mark.group(1))
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node) in names:
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""
