"""What a person has completed, and until when it holds."""

import datetime
import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from drills.training.models.course import Course
from drills.training.models.session import TrainingSession


def new_token() -> str:
    """What the address of a certificate's proof ends with: nobody guesses it."""
    return secrets.token_urlsafe(18)


class CompletionQuerySet(models.QuerySet["Completion"]):
    def standing(self) -> "CompletionQuerySet":
        """Those that nobody took back."""
        return self.filter(revoked_at__isnull=True)

    def holding(self, on: datetime.date) -> "CompletionQuerySet":
        """Those that hold on this day."""
        return self.standing().filter(Q(valid_until__isnull=True) | Q(valid_until__gte=on))


class Completion(models.Model):
    """Somebody has done all that a course demands. It holds until `valid_until`, that day included.

    It never changes but by being taken back with a reason. Its certificate is `number`; the proof
    that anybody may look at stands under `token`.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="completions")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="training_completions"
    )
    session = models.ForeignKey(
        TrainingSession, models.PROTECT, related_name="completions", null=True, blank=True
    )
    completed_on = models.DateField(_("完成日期"))
    valid_until = models.DateField(_("有效至"), null=True, blank=True)
    year = models.PositiveSmallIntegerField(_("年份"))
    serial = models.PositiveIntegerField(_("序号"))
    token = models.CharField(_("验证码"), max_length=40, unique=True, default=new_token)
    at = models.DateTimeField(_("登记时间"))
    # When the person and the head were told that it ends soon, and that it has ended.
    told_soon_at = models.DateTimeField(_("已提醒快到期"), null=True, blank=True)
    told_ended_at = models.DateTimeField(_("已提醒到期"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    revoke_reason = models.CharField(_("撤销原因"), max_length=200, blank=True)

    objects = CompletionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("培训合格记录")
        ordering = ["-completed_on", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["year", "serial"], name="certificate_number_once"),
            models.UniqueConstraint(
                fields=["session", "person"],
                condition=Q(revoked_at__isnull=True),
                name="session_completed_once",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True)
                | Q(revoked_by__isnull=False) & ~Q(revoke_reason=""),
                name="completion_revoked_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["valid_until"],
                condition=Q(revoked_at__isnull=True, told_ended_at__isnull=True),
                name="completion_to_be_told",
            )
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("training:person", args=[self.person_id])

    @property
    def number(self) -> str:
        """The certificate's number as people say it."""
        return f"PX-{self.year}-{self.serial:04d}"


class TrainingNumbering(models.Model):
    """The last certificate's number of each year; its row's lock puts them in order."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("证书编号")
