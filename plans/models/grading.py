"""The grading worksheet: questions whose answers propose a grade. A person decides."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models.version import LEVELS, PlanVersion


class GradingQuestion(models.Model):
    """A question of the worksheet; a yes speaks for `level_if_yes` (or a higher grade)."""

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="grading_questions")
    position = models.PositiveSmallIntegerField(_("次序"))
    question = models.CharField(_("问题"), max_length=120)
    hint = models.CharField(_("怎样判断"), max_length=300, blank=True)
    level_if_yes = models.PositiveSmallIntegerField(_("答「是」时的级别"), choices=LEVELS)

    class Meta:
        verbose_name = verbose_name_plural = _("定级问题")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "position"], name="grading_question_one_per_position"
            ),
            models.CheckConstraint(
                condition=models.Q(level_if_yes__range=(1, 4)), name="grading_level_known"
            ),
        ]

    def __str__(self) -> str:
        return self.question
