"""Why it happened, asked again and again, and how each department did (plan, rows P16 and P17)."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from reviews.models.review import Cause, Review
from teams.models import Department

# Five whys go five deep; a tree that is deeper has lost its way.
DEEPEST = 7
MOST_WHYS = 60


class Why(models.Model):
    """One answer to «why?»: of the fault itself (no `parent`), or of the answer above it.

    One answer below another is the five whys; several are a cause tree. An answer that goes no
    further is marked a root, of one of the kinds that the plan names.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="whys")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        verbose_name=_("回答哪一个为什么"),
        related_name="answers",
        null=True,
        blank=True,
    )
    text = models.CharField(_("原因"), max_length=300)
    evidence = models.CharField(_("依据"), max_length=300, blank=True)
    is_root = models.BooleanField(_("根本原因"), default=False)
    kind = models.CharField(_("类别"), max_length=10, choices=Cause.choices, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("追问原因")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="why_is_answered"),
            models.CheckConstraint(
                condition=models.Q(is_root=False) | ~models.Q(kind=""), name="why_root_has_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["", *map(str, Cause)]), name="why_kind_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class Score(models.IntegerChoices):
    """How well it went, in words; the number counts."""

    POOR = 1, _("很差")
    WEAK = 2, _("较差")
    FAIR = 3, _("一般")
    GOOD = 4, _("较好")
    VERY_GOOD = 5, _("很好")


class Evaluation(models.Model):
    """How one person, by name, finds that a department worked together and responded (P17).

    `is_own`: somebody of the department itself, as it was then.
    """

    review = models.ForeignKey(Review, models.PROTECT, related_name="evaluations")
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("科室"), related_name="+"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    is_own = models.BooleanField(_("自评"))
    cooperation = models.PositiveSmallIntegerField(
        _("配合"),
        choices=Score.choices,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    speed = models.PositiveSmallIntegerField(
        _("响应"),
        choices=Score.choices,
        validators=[MinValueValidator(1), MaxValueValidator(5)],
    )
    words = models.TextField(_("说明"), blank=True)
    at = models.DateTimeField(_("评价时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("科室评价")
        ordering = ["department__position", "department", "-is_own", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "department", "by"], name="evaluation_once_per_person"
            ),
            models.CheckConstraint(
                condition=models.Q(cooperation__range=(1, 5), speed__range=(1, 5)),
                name="evaluation_within_scale",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.by}"
