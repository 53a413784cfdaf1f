"""What people said of a version: comments, signatures, readings, and why a clause changed."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models.version import PlanVersion


class CommentQuerySet(models.QuerySet["Comment"]):
    def open(self) -> "CommentQuerySet":
        """Not answered yet."""
        return self.filter(resolved_at__isnull=True)


class Comment(models.Model):
    """What somebody thinks of a clause, said while the version is under review.

    `clause` names the part (`sections/3.1`, `ladders/2`); `about` is its title as it was then.
    """

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="comments")
    round = models.PositiveSmallIntegerField(_("送审轮次"))
    clause = models.CharField(_("条款"), max_length=60, blank=True)
    about = models.CharField(_("条款标题"), max_length=120, blank=True)
    text = models.TextField(_("意见"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("提出时间"))
    answer = models.TextField(_("答复"), max_length=2000, blank=True)
    is_adopted = models.BooleanField(_("采纳"), null=True, blank=True)
    resolved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    resolved_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("意见")
        ordering = ["plan", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="plan_comment_says_what"),
            models.CheckConstraint(
                condition=models.Q(
                    resolved_at__isnull=True, resolved_by__isnull=True, is_adopted__isnull=True
                )
                | models.Q(
                    resolved_at__isnull=False, resolved_by__isnull=False, is_adopted__isnull=False
                ),
                name="plan_comment_resolved_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.text[:40]}"


class Signature(models.Model):
    """Somebody of the leading group agrees with exactly the content that has this `hash`."""

    class Part(models.TextChoices):
        HEAD = "head", _("组长")
        ACTING_HEAD = "acting_head", _("代理组长")
        DEPUTY = "deputy", _("副组长")

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="signatures")
    round = models.PositiveSmallIntegerField(_("送审轮次"))
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    part = models.CharField(_("身份"), max_length=12, choices=Part.choices)
    # Why a deputy could sign in the head's place.
    part_reason = models.CharField(_("代理理由"), max_length=200, blank=True)
    hash = models.CharField(_("内容校验值"), max_length=64)
    remark = models.CharField(_("意见"), max_length=400, blank=True)
    at = models.DateTimeField(_("签字时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("批准签字")
        ordering = ["plan", "round", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "round", "person"], name="plan_signature_once_per_round"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} {self.person}"


class ReadConfirmation(models.Model):
    """阅知: somebody says that they have read this version (P20)."""

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="read_confirmations")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="read_confirmations"
    )
    at = models.DateTimeField(_("阅知时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("阅知")
        ordering = ["plan", "at"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "person"], name="plan_read_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan}: {self.person}"


class Change(models.Model):
    """Why a clause is not as it was: the finding behind the change (P18).

    `finding` is the key under which the room that found it knows it (`action:12`), empty for a
    reason given in words only; `source` is what it said when it was linked.
    """

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="changes")
    clause = models.CharField(_("条款"), max_length=60, blank=True)
    about = models.CharField(_("条款标题"), max_length=120, blank=True)
    finding = models.CharField(_("发现"), max_length=60, blank=True)
    source = models.CharField(_("来源"), max_length=400)
    note = models.TextField(_("怎样改"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("修订依据")
        ordering = ["plan", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(note=""), name="plan_change_says_what"),
            models.UniqueConstraint(
                fields=["plan", "finding", "clause"],
                condition=~models.Q(finding=""),
                name="plan_change_once_per_finding",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about}: {self.note[:40]}"


class CoverageWaiver(models.Model):
    """Somebody of the leading group lets a version be published though its coverage is not proved.

    Holds for one round: a version that goes back to the draft is proved anew.
    """

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="coverage_waivers")
    round = models.PositiveSmallIntegerField(_("送审轮次"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("放行时间"))
    reason = models.TextField(_("理由"))
    # How many counter-examples the person saw; more of them than that need another waiver.
    gaps = models.PositiveIntegerField(_("缺口数"))

    class Meta:
        verbose_name = verbose_name_plural = _("覆盖缺口放行")
        ordering = ["plan", "pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(reason=""), name="coverage_waiver_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} {self.by}"
