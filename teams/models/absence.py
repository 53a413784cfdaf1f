"""What moves a duty from the person whose turn it is: leave, stand-ins, temporary replacement."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from journal.states import StateField
from teams import duty_authority as authority
from teams.models.duty import Roster


def _person(words: Any, related_name: str = "+", **options: Any) -> models.ForeignKey:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=words,
        related_name=related_name,
        **options,
    )


class LeaveState(models.TextChoices):
    ASKED = "asked", _("待批准")
    APPROVED = "approved", _("已批准")
    REFUSED = "refused", _("未批准")
    WITHDRAWN = "withdrawn", _("已撤回")


class Leave(FSMModelMixin, models.Model):
    """Somebody is away (请假). Approved, it leaves a gap where they would serve, unless another
    stands in."""

    State = LeaveState

    person = _person(_("请假人"), "leaves")
    starts_at = models.DateTimeField(_("从"))
    ends_at = models.DateTimeField(_("到"))
    reason = models.CharField(_("事由"), max_length=200)
    state = StateField(
        _("状态"), choices=LeaveState.choices, default=LeaveState.ASKED, protected=True
    )
    version = models.PositiveIntegerField(_("版次"), default=1)
    asked_by = _person(_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"))
    decided_by = _person(_("决定人"), null=True, blank=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    # Why it was not approved, or taken back.
    said = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("请假")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="leave_has_length"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in LeaveState]),
                name="leave_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="asked")
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="leave_decided_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "ends_at"],
                condition=models.Q(state="approved"),
                name="leave_approved",
            ),
            models.Index(
                fields=["starts_at"], condition=models.Q(state="asked"), name="leave_asked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.starts_at:%Y-%m-%d}"

    @property
    def stream(self) -> str:
        return f"person:{self.person_id}"

    def _decide(self, at: Any, by: Any, said: str = "") -> None:
        self.decided_at, self.decided_by, self.said = at, by, said

    @transition(
        state,
        source=LeaveState.ASKED,
        target=LeaveState.APPROVED,
        permission=authority.may_decide_leave,
        custom={"label": _("批准请假")},
    )
    def approve(self, *, at: Any, by: Any) -> None:
        """From now on the calendar goes without this person for that time."""
        self._decide(at, by)

    @transition(
        state,
        source=LeaveState.ASKED,
        target=LeaveState.REFUSED,
        permission=authority.may_decide_leave,
        custom={"label": _("不批准请假")},
    )
    def refuse(self, *, at: Any, by: Any, reason: str) -> None:
        self._decide(at, by, reason)

    @transition(
        state,
        source=(LeaveState.ASKED, LeaveState.APPROVED),
        target=LeaveState.WITHDRAWN,
        permission=authority.may_withdraw_leave,
        custom={"label": _("撤回请假")},
    )
    def withdraw(self, *, at: Any, by: Any) -> None:
        """They will be there after all."""
        self._decide(at, by)


class StandInState(models.TextChoices):
    ASKED = "asked", _("等对方答复")
    ACCEPTED = "accepted", _("对方已同意，待批准")
    APPROVED = "approved", _("已批准")
    DECLINED = "declined", _("对方不同意")
    REFUSED = "refused", _("未批准")
    WITHDRAWN = "withdrawn", _("已撤回")


class StandIn(FSMModelMixin, models.Model):
    """Another serves in somebody's place (代班): asked, accepted by the stand-in, approved.

    Two that are each other's `swap` (换班) are accepted, approved, declined … together.
    """

    State = StandInState

    roster = models.ForeignKey(
        Roster, models.PROTECT, verbose_name=_("值班表"), related_name="stand_ins"
    )
    person = _person(_("被代班人"), "stand_ins")
    stand_in = _person(_("代班人"), "standing_in")
    starts_at = models.DateTimeField(_("从"))
    ends_at = models.DateTimeField(_("到"))
    reason = models.CharField(_("事由"), max_length=200)
    swap = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("换班的另一半"), null=True, blank=True
    )
    state = StateField(
        _("状态"), choices=StandInState.choices, default=StandInState.ASKED, protected=True
    )
    version = models.PositiveIntegerField(_("版次"), default=1)
    asked_by = _person(_("申请人"))
    asked_at = models.DateTimeField(_("申请时间"))
    answered_at = models.DateTimeField(_("对方答复时间"), null=True, blank=True)
    decided_by = _person(_("决定人"), null=True, blank=True)
    decided_at = models.DateTimeField(_("决定时间"), null=True, blank=True)
    said = models.CharField(_("理由"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("代班")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="stand_in_has_length"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in StandInState]),
                name="stand_in_state_known",
            ),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("stand_in")), name="stand_in_is_another"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | models.Q(decided_at__isnull=False, decided_by__isnull=False),
                name="stand_in_approved_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["roster", "ends_at"],
                condition=models.Q(state="approved"),
                name="stand_in_approved",
            ),
            models.Index(
                fields=["starts_at"],
                condition=models.Q(state__in=["asked", "accepted"]),
                name="stand_in_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.stand_in} 代 {self.person} {self.starts_at:%Y-%m-%d}"

    @property
    def stream(self) -> str:
        return self.roster.stream

    def _decide(self, at: Any, by: Any, said: str = "") -> None:
        self.decided_at, self.decided_by, self.said = at, by, said

    @transition(
        state,
        source=StandInState.ASKED,
        target=StandInState.ACCEPTED,
        permission=authority.is_asked,
        custom={"label": _("同意代班")},
    )
    def accept(self, *, at: Any, by: Any) -> None:
        self.answered_at = at

    @transition(
        state,
        source=(StandInState.ASKED, StandInState.ACCEPTED),
        target=StandInState.DECLINED,
        permission=authority.is_asked,
        custom={"label": _("不同意代班")},
    )
    def decline(self, *, at: Any, by: Any, reason: str) -> None:
        self.answered_at, self.said = at, reason

    @transition(
        state,
        source=StandInState.ACCEPTED,
        target=StandInState.APPROVED,
        permission=authority.may_decide_stand_in,
        custom={"label": _("批准代班")},
    )
    def approve(self, *, at: Any, by: Any) -> None:
        """The calendar changes; everybody concerned is told."""
        self._decide(at, by)

    @transition(
        state,
        source=StandInState.ACCEPTED,
        target=StandInState.REFUSED,
        permission=authority.may_decide_stand_in,
        custom={"label": _("不批准代班")},
    )
    def refuse(self, *, at: Any, by: Any, reason: str) -> None:
        self._decide(at, by, reason)

    @transition(
        state,
        source=(StandInState.ASKED, StandInState.ACCEPTED),
        target=StandInState.WITHDRAWN,
        permission=authority.may_withdraw_stand_in,
        custom={"label": _("撤回代班")},
    )
    def withdraw(self, *, at: Any, by: Any) -> None:
        self._decide(at, by)

    @transition(
        state,
        source=StandInState.APPROVED,
        target=StandInState.WITHDRAWN,
        permission=authority.may_decide_stand_in,
        custom={"label": _("取消代班")},
    )
    def cancel(self, *, at: Any, by: Any, reason: str) -> None:
        """An approved stand-in counts on it, and so does the group: its head takes it back."""
        self._decide(at, by, reason)


class Replacement(models.Model):
    """For a time these people serve instead of whatever the layers say (临时替换).

    Where none of them is there, the roster's own rules are the fall-back.
    """

    roster = models.ForeignKey(
        Roster, models.PROTECT, verbose_name=_("值班表"), related_name="replacements"
    )
    starts_at = models.DateTimeField(_("从"))
    ends_at = models.DateTimeField(_("到"))
    reason = models.CharField(_("事由"), max_length=200)
    made_by = _person(_("安排人"), null=True, blank=True)
    made_at = models.DateTimeField(_("安排时间"))
    ended_at = models.DateTimeField(_("取消时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("临时替换")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")),
                name="replacement_has_length",
            ),
        ]
        indexes = [
            models.Index(
                fields=["roster", "ends_at"],
                condition=models.Q(ended_at__isnull=True),
                name="replacement_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.roster} {self.starts_at:%Y-%m-%d}"


class ReplacementMember(models.Model):
    """Somebody who serves during a replacement; all of them serve at once."""

    replacement = models.ForeignKey(Replacement, models.CASCADE, related_name="members")
    person = _person(_("人员"))
    position = models.PositiveSmallIntegerField(_("次序"))

    class Meta:
        verbose_name = verbose_name_plural = _("临时替换人员")
        ordering = ["replacement", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["replacement", "person"], name="replacement_member_once"
            )
        ]
