"""A version as its pages show it: each part is read when a template asks for it, at most once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from journal import moving, telling
from journal.models import Entry
from plans import form, publication, wording
from plans.markdown import to_html
from plans.models import (
    DEMANDS,
    ChecklistItem,
    Comment,
    Grade,
    PlanVersion,
    ReadConfirmation,
    RequiredSupply,
    Rung,
    Section,
    ServiceCard,
    Signature,
)
from plans.selectors import readers
from teams.models import Person

HISTORY = 40


def marked_up(text: str) -> SafeString:
    """Markdown as HTML, safe because the parser takes no HTML and escapes all else."""
    return mark_safe(to_html(text))  # noqa: S308


@dataclass
class Clause:
    """A clause as it is shown, with what was said about it."""

    path: str
    number: str
    title: str
    anchor: str
    depth: int
    html: SafeString
    covers: list[str] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)


class PlanPage:
    """Everything that a page of one version shows to one person."""

    def __init__(self, plan: PlanVersion, person: Person) -> None:
        self.plan = plan
        self.person = person

    # What it says

    @cached_property
    def clauses(self) -> list[Clause]:
        """The text in order; chapters and their clauses."""
        return [self._clause(section) for section in self.plan.sections.order_by("position")]

    def _clause(self, section: Section) -> Clause:
        path = f"sections/{section.number}"
        return Clause(
            path,
            section.number,
            section.title,
            section.anchor,
            section.depth,
            marked_up(section.body),
            section.covers,
            self.comments_by_clause.get(path, []),
        )

    @cached_property
    def grades(self) -> list[Grade]:
        return list(self.plan.grades.order_by("level"))

    @cached_property
    def questions(self) -> list[Any]:
        return list(self.plan.grading_questions.order_by("position"))

    @cached_property
    def ladders(self) -> list[tuple[str, list[Rung]]]:
        """Pairs of a ladder's title and its rungs."""
        rungs = self.plan.rungs.select_related("group", "roster", "person").order_by(
            "level", "position"
        )
        return [
            (wording.key_title("ladders", str(level)), list(found))
            for level, found in groupby(rungs, key=lambda rung: rung.level)
        ]

    @cached_property
    def checklists(self) -> list[tuple[str, list[ChecklistItem]]]:
        """Pairs of title and items: of repair by fault type, then of restoration."""
        items = self.plan.checklist_items.order_by("position")
        return self._keyed(
            "checklists",
            ((form.checklist_key(item.phase, item.fault_type), item) for item in items),
        )

    @cached_property
    def supplies(self) -> list[tuple[str, list[RequiredSupply]]]:
        """Pairs of a fault type and what must be at hand for it."""
        rows = self.plan.supplies.order_by("position")
        return self._keyed("supplies", ((row.fault_type or form.ANY, row) for row in rows))

    @staticmethod
    def _keyed(part: str, pairs: Iterable[tuple[str, Any]]) -> list[tuple[str, list[Any]]]:
        found: dict[str, list[Any]] = {}
        for key, row in pairs:
            found.setdefault(key, []).append(row)
        return [
            (wording.key_title(part, key), found[key]) for key in form.KEYED[part] if key in found
        ]

    @cached_property
    def cards(self) -> list[tuple[ServiceCard, SafeString]]:
        """Service cards, each with its manual steps as HTML."""
        cards = self.plan.service_cards.select_related("service", "department")
        return [(card, marked_up(card.manual)) for card in cards.order_by("position")]

    @cached_property
    def templates(self) -> list[Any]:
        return list(self.plan.notice_templates.order_by("position"))

    @cached_property
    def clocks(self) -> list[Any]:
        return list(self.plan.clocks.order_by("position"))

    @cached_property
    def annexes(self) -> list[tuple[str, str]]:
        """What stands behind the text, as pairs of its place on the page and its title."""
        parts = {
            "grades": self.grades,
            "grading": self.questions,
            "ladders": self.ladders,
            "checklists": self.checklists,
            "service_cards": self.cards,
            "notice_templates": self.templates,
            "supplies": self.supplies,
            "clocks": self.clocks,
        }
        return [(part, wording.part_title(part)) for part, found in parts.items() if found]

    @cached_property
    def places(self) -> dict[str, str]:
        """Every part on which something can be said, by path, with its title."""
        clauses = {clause.path: f"{clause.number} {clause.title}" for clause in self.clauses}
        parts = [part for part in form.PARTS if part not in form.OWN and part != "sections"]
        return clauses | {part: wording.part_title(part) for part in parts}

    def about(self, path: str) -> str:
        """The title of the part that a path names; empty for the whole, or an unknown one."""
        return self.places.get(path, "")

    @cached_property
    def missing_demands(self) -> list[tuple[str, str]]:
        """Demands that no clause answers, with what they are about."""
        answered = {key for clause in self.clauses for key in clause.covers}
        return [(key, wording.demand(key)) for key in DEMANDS if key not in answered]

    # Where it stands

    @cached_property
    def in_force(self) -> PlanVersion | None:
        """The version in force, whichever it is."""
        return PlanVersion.objects.filter(status=PlanVersion.Status.PUBLISHED).first()

    @cached_property
    def verbs(self) -> list[str]:
        """What the machine lets this person do now."""
        return moving.available(self.plan, self.person)

    @cached_property
    def comments(self) -> list[Comment]:
        """What was said in any round, oldest first."""
        said = self.plan.comments.select_related("by", "resolved_by")
        return list(said.order_by("pk"))

    @cached_property
    def comments_by_clause(self) -> dict[str, list[Comment]]:
        """Comments of the present round under the clause that they are about."""
        found: dict[str, list[Comment]] = {}
        for comment in self.comments:
            if comment.round == self.plan.round:
                found.setdefault(comment.clause, []).append(comment)
        return found

    @property
    def open_comments(self) -> int:
        return sum(comment.resolved_at is None for comment in self.comments)

    @cached_property
    def signatures(self) -> list[Signature]:
        return publication.signatures_of(self.plan)

    @cached_property
    def signatures_wanted(self) -> int:
        return publication.signatures_wanted(self.plan)

    @property
    def has_signed(self) -> bool:
        return any(signature.person_id == self.person.pk for signature in self.signatures)

    @cached_property
    def changes(self) -> list[Any]:
        """Why clauses are not as they were (row P18)."""
        return list(self.plan.changes.select_related("by").order_by("pk"))

    @cached_property
    def has_read(self) -> bool:
        return ReadConfirmation.objects.filter(plan=self.plan, person=self.person).exists()

    @cached_property
    def reading(self) -> tuple[int, int]:
        """How many have confirmed reading it, and how many are to."""
        concerned = readers()
        return (concerned.filter(read_confirmations__plan=self.plan).count(), concerned.count())

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        """The version's way, newest first; who has read it stands on a page of its own."""
        entries = Entry.objects.of(self.plan.stream).exclude(event="plan.confirm_read")
        return [
            {
                "at": entry.at,
                "what": telling.label_of(entry.event),
                "facts": telling.sentence_of(entry.event, entry.facts),
                "who": entry.actor_name,
            }
            for entry in entries.order_by("-seq")[:HISTORY]
        ]


@dataclass(frozen=True)
class Hit:
    """A clause in which a search found something: a piece around it, cut where it was found."""

    clause: Clause
    pieces: list[tuple[str, bool]]


def find(page: PlanPage, wanted: str) -> list[Hit]:
    """Clauses whose title or text holds the words, in order; capital letters do not matter."""
    wanted = wanted.strip()
    if not wanted:
        return []
    pattern = re.compile(re.escape(wanted), re.IGNORECASE)
    bodies = {section.number: section.body for section in page.plan.sections.all()}
    found = []
    for clause in page.clauses:
        text = f"{clause.title}：{bodies[clause.number]}"
        place = pattern.search(text)
        if place:
            found.append(Hit(clause, list(_around(text, *place.span()))))
    return found


def _around(text: str, at: int, end: int, room: int = 36) -> Iterator[tuple[str, bool]]:
    """The words before, the find itself, the words after."""
    start = max(0, at - room)
    yield ("…" if start else "") + text[start:at], False
    yield text[at:end], True
    yield text[end : end + room] + ("…" if end + room < len(text) else ""), False
