"""All scenarios: those built in and those that the hospital brought in."""

from dataclasses import dataclass
from typing import Any

from drills import reading
from drills.models import ScenarioFile
from drills.scenario import FOLDER, Scenario


@dataclass(frozen=True)
class Entry:
    """One scenario of the library. `row` is None for one that is built in."""

    slug: str
    title: str
    text: str
    row: ScenarioFile | None = None

    @property
    def is_built_in(self) -> bool:
        return self.row is None

    @property
    def scenario(self) -> Scenario:
        """What the text holds; it was found in order when it came in."""
        return reading.sound(self.text)


def built_in() -> list[Entry]:
    """The scenarios that come with the product, by their file names."""
    found = []
    for path in sorted(FOLDER.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        found.append(Entry(path.stem, reading.sound(text).title, text))
    return found


def entries() -> list[Entry]:
    """Every scenario in use; one query."""
    return [*built_in(), *(_of(row) for row in _rows())]


def find(slug: str) -> Entry | None:
    """The scenario of this name, also one that is out of use."""
    for entry in built_in():
        if entry.slug == slug:
            return entry
    row = ScenarioFile.objects.filter(slug=slug).first()
    return _of(row) if row else None


def choices() -> list[tuple[str, str]]:
    return [(entry.slug, entry.title) for entry in entries()]


def same_as(text: str) -> Entry | None:
    """A scenario that says the same, whatever its name."""
    wanted = reading.digest(text)
    for entry in built_in():
        if reading.digest(entry.text) == wanted:
            return entry
    row = ScenarioFile.objects.filter(digest=wanted).first()
    return _of(row) if row else None


def _rows() -> Any:
    return ScenarioFile.objects.in_use().select_related("uploaded_by")


def _of(row: ScenarioFile) -> Entry:
    return Entry(row.slug, row.title, row.text, row)
