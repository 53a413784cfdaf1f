"""The English catalogue: every Chinese text that the code marks, found without GNU gettext.

Python is read with `ast`, templates with Django's own `templatize`; so the catalogue can be made
and checked on a machine where nothing but the project's own lock was installed.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
from django.conf import settings
from django.utils.translation.template import templatize

CATALOGUE = settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES" / "django.po"
ROOMS = (
    *("journal", "teams", "plans", "incidents", "notices", "reviews", "drills", "ops"),
    *("config", "templates"),
)
_MARKS = {"_", "gettext", "gettext_lazy", "pgettext", "pgettext_lazy", "ngettext", "ngettext_lazy"}


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
    catalogue.save_as_mofile(str(CATALOGUE.with_suffix(".mo")))
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
    if not compiled.exists() or {
        entry.msgid: entry.msgstr for entry in polib.mofile(str(compiled))
    } != {text: entry.msgstr for text, entry in catalogue.items() if entry.msgstr}:
        said.append("django.mo is not the compiled django.po")
    return said


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


def _texts_in(path: Path) -> Iterator[str]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        # templatize gives lines such as `_('text')`, `gettext(u'…')` among blanks and X's.
        for mark in re.finditer(
            r"(?:gettext|_)\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", templatize(source)
        ):
            yield ast.literal_eval(mark.group(1))
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node) in _MARKS:
            for argument in node.args[:1]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    yield argument.value


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""
