"""Sessions of a course: who is invited, and who was there."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from drills.training import authority
from drills.training.models.course import Course
from journal.states import StateField


class SessionState(models.TextChoices):
    PLANNED = "planned", _("已安排")
    HELD = "held", _("已举行")
    CANCELLED = "cancelled", _("已取消")


State = SessionState


class TrainingSession(FSMModelMixin, models.Model):
    """One time that a course is given. `version` grows with every verb on it.

    `moved` counts its changes of time and place: calendars tell by it which file is the newest.
    """

    State = SessionState

    course = models.ForeignKey(Course, models.PROTECT, related_name="sessions")
    state = StateField(_("状态"), choices=State.choices, default=State.PLANNED, protected=True)
    starts_at = models.DateTimeField(_("开始"))
    ends_at = models.DateTimeField(_("结束"))
    place = models.CharField(_("地点"), max_length=120)
    trainer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("讲师"), related_name="+"
    )
    # Empty: as many as come.
    capacity = models.PositiveSmallIntegerField(_("名额"), null=True, blank=True)
    # The measure of a review that it is held for.
    action = models.ForeignKey(
        "reviews.ActionItem",
        models.PROTECT,
        verbose_name=_("落实的整改项"),
        related_name="+",
        null=True,
        blank=True,
    )
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField(_("安排时间"))
    moved = models.PositiveSmallIntegerField(_("改期次数"), default=0)
    ended_at = models.DateTimeField(_("结束登记"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    # What was taught, or why it was cancelled.
    remark = models.CharField(_("说明"), max_length=300, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = verbose_name_plural = _("培训场次")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[str(state) for state in State]),
                name="training_session_state_known",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="training_session_in_order"
            ),
            models.CheckConstraint(
                condition=Q(state="planned") | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="training_session_ended_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gte=1),
                name="training_session_has_room",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} {timezone.localtime(self.starts_at):%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        return reverse("training:session", args=[self.pk])

    # The verbs. Their bodies only stamp facts; `drills.training.workflow` is the one caller.

    @transition(
        state,
        source=State.PLANNED,
        target=None,
        permission=authority.runs,
        custom={"label": _("改期或改地点")},
    )
    def move(self, *, at: Any, by: Any, **facts: Any) -> None:
        """Another time or place: everybody invited is told."""
        for field, value in facts.items():
            setattr(self, field, value)
        self.moved += 1

    @transition(
        state,
        source=State.PLANNED,
        target=None,
        permission=authority.runs,
        custom={"label": _("邀请人员")},
    )
    def invite(self, *, at: Any, by: Any) -> None:
        """More people are asked to come."""

    @transition(
        state,
        source=State.PLANNED,
        target=State.CANCELLED,
        permission=authority.runs,
        custom={"label": _("取消培训")},
    )
    def cancel(self, *, at: Any, by: Any, reason: str) -> None:
        """It will not be held: everybody invited is told why."""
        self.ended_at, self.ended_by, self.remark = at, by, reason

    @transition(
        state,
        source=State.PLANNED,
        target=None,
        permission=authority.runs,
        custom={"label": _("补登签到")},
    )
    def note(self, *, at: Any, by: Any) -> None:
        """The trainer enters by hand who was there, or takes out whoever was not."""

    @transition(
        state,
        source=State.PLANNED,
        target=State.HELD,
        permission=authority.runs,
        custom={"label": _("结束培训")},
    )
    def hold(self, *, at: Any, by: Any, remark: str) -> None:
        """It was held: nobody signs in any more, and who was there has completed the course."""
        self.ended_at, self.ended_by, self.remark = at, by, remark


class Invitation(models.Model):
    """Somebody who is asked to come to a session, and what they answered."""

    class Answer(models.TextChoices):
        NONE = "none", _("还没有答复")
        COMING = "coming", _("参加")
        DECLINED = "declined", _("不能参加")

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="invitations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="training_invitations"
    )
    answer = models.CharField(_("答复"), max_length=8, choices=Answer.choices, default=Answer.NONE)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)
    reason = models.CharField(_("原因"), max_length=200, blank=True)
    at = models.DateTimeField(_("邀请时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("培训邀请")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="invited_once"),
            models.CheckConstraint(
                condition=~Q(answer="declined") | ~Q(reason=""), name="declined_with_a_reason"
            ),
        ]


class Attendance(models.Model):
    """Somebody who was there: signed in with the code on the wall, or entered by the trainer."""

    class Way(models.TextChoices):
        CODE = "code", _("扫码签到")
        HAND = "hand", _("讲师补登")

    session = models.ForeignKey(TrainingSession, models.PROTECT, related_name="attendances")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="training_attendances"
    )
    way = models.CharField(_("方式"), max_length=4, choices=Way.choices)
    at = models.DateTimeField(_("签到时间"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("补登原因"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("培训签到")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["session", "person"], name="signed_in_once"),
            models.CheckConstraint(
                condition=Q(way="code", by=F("person")) | Q(way="hand") & ~Q(reason=""),
                name="signed_in_oneself_or_with_a_reason",
            ),
        ]
