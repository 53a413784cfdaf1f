"""Who was invited to the review meeting, what they answered, and who was there (plan, row P15)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from reviews.models.review import Review


class Participant(models.Model):
    """One person at a review meeting: invited, present, or both.

    Who was there signed themselves, or somebody noted it by name and said why. An answer holds
    for the meeting as it was called last: when it is moved, it is asked anew.
    """

    class Answer(models.TextChoices):
        NONE = "", _("未答复")
        COMING = "coming", _("参加")
        DECLINED = "declined", _("不能参加")

    review = models.ForeignKey(Review, models.PROTECT, related_name="participants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("邀请时间"), null=True, blank=True)
    answer = models.CharField(
        _("答复"), max_length=8, choices=Answer.choices, default=Answer.NONE, blank=True
    )
    answer_words = models.CharField(_("说明"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    signed_at = models.DateTimeField(_("签到时间"), null=True, blank=True)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    noted_at = models.DateTimeField(_("代记时间"), null=True, blank=True)
    noted_reason = models.CharField(_("代记理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("会议参加人")
        ordering = ["person__department__position", "person"]
        constraints = [
            models.UniqueConstraint(fields=["review", "person"], name="participant_once"),
            models.CheckConstraint(
                condition=Q(answer="") | Q(answered_at__isnull=False, invited_at__isnull=False),
                name="participant_answers_an_invitation",
            ),
            models.CheckConstraint(
                condition=Q(noted_at__isnull=True, noted_by__isnull=True)
                | Q(noted_at__isnull=False, noted_by__isnull=False, signed_at__isnull=True)
                & ~Q(noted_reason=""),
                name="participant_noted_by_name",
            ),
        ]

    def __str__(self) -> str:
        return str(self.person)

    @property
    def was_there(self) -> bool:
        return self.signed_at is not None or self.noted_at is not None
