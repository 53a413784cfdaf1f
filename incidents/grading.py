"""The grading worksheet of the plan that an incident pins: its answers propose, a person decides.

A yes speaks for its question's grade; the gravest of them is proposed. When every question is
answered with no, the mildest grade of the plan is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from incidents.models import Grading, Incident
from journal.refusals import Incomplete
from plans.models import LEVELS, Grade, GradingQuestion

_NUMERALS = dict(LEVELS)


@dataclass(frozen=True)
class Answered:
    """A question with its answer: True, False, or None where nobody has said anything yet."""

    question: GradingQuestion
    yes: bool | None


class Worksheet:
    """The questions of the pinned plan version with the answers given so far (two queries).

    `answers` by the question's position; positions that the plan does not know say nothing.
    """

    def __init__(self, incident: Incident, answers: Mapping[int, bool] | None = None) -> None:
        self.incident = incident
        given = answers or {}
        questions = GradingQuestion.objects.filter(plan=incident.plan_id).order_by("position")
        self.rows = [Answered(row, given.get(row.position)) for row in questions]

    @property
    def answered(self) -> list[Answered]:
        return [row for row in self.rows if row.yes is not None]

    @property
    def is_skipped(self) -> bool:
        """There are questions, and nobody has answered any."""
        return bool(self.rows) and not self.answered

    @property
    def speaking(self) -> list[Answered]:
        """The answers for whose sake the grade is proposed."""
        return [row for row in self.rows if row.yes and row.question.level_if_yes == self.proposed]

    @cached_property
    def proposed(self) -> int | None:
        """The grade for which the answers speak; None while they speak for none."""
        levels = [row.question.level_if_yes for row in self.rows if row.yes]
        if levels:
            return min(levels)
        if not self.rows or len(self.answered) < len(self.rows):
            return None
        grades = Grade.objects.filter(plan=self.incident.plan_id)
        return grades.order_by("-level").values_list("level", flat=True).first()

    @property
    def numeral(self) -> str:
        return _NUMERALS[self.proposed] if self.proposed else ""

    def insist(self, level: int, difference: str) -> None:
        """Raise Incomplete where a person decides otherwise than proposed and does not say why."""
        if self.proposed not in (None, level) and not difference:
            sentence = _("定级问题的答案建议%(proposed)s级，请写明为什么不按建议。") % {
                "proposed": self.numeral
            }
            raise Incomplete(sentence, fields={"difference": sentence})

    def told(self, level: int, difference: str) -> dict[str, Any]:
        """What the journal keeps of the worksheet; nothing where the plan has no questions."""
        if not self.rows:
            return {}
        return {
            "answers": self._answers(),
            "proposed": self.numeral,
            "difference": self._difference(level, difference),
            "worksheet": self._words(level, difference),
        }

    def keep(self, verb: str, level: int, difference: str, *, by: Any, at: Any) -> Grading | None:
        """Write how the grade was found; None where the plan has no questions."""
        if not self.rows:
            return None
        return Grading.objects.create(
            incident=self.incident,
            plan_id=self.incident.plan_id,
            verb=verb,
            answers=self._answers(),
            proposed=self.proposed,
            decided=level,
            difference=self._difference(level, difference),
            by=by,
            at=at,
        )

    def _answers(self) -> list[dict[str, Any]]:
        return [
            {
                "question": row.question.question,
                "level": row.question.level_if_yes,
                "yes": row.yes,
            }
            for row in self.answered
        ]

    def _difference(self, level: int, difference: str) -> str:
        return difference if self.proposed not in (None, level) else ""

    def _words(self, level: int, difference: str) -> str:
        if self.is_skipped:
            return _("未用定级问题，直接定级")
        if self.proposed is None:
            return _("定级问题只答了一部分，没有建议")
        if self.proposed == level:
            return _("按定级问题的建议")
        return _("定级问题建议%(proposed)s级，未采用：%(why)s") % {
            "proposed": self.numeral,
            "why": difference,
        }
