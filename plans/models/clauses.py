"""What a version says first: its clauses, and its grades with their targets."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from plans.models.version import LEVELS, PlanVersion

# What an emergency plan for this kind of fault has to settle (P1 restore and protect … P21 drills).
# docs/plan.md says what each is about.
DEMANDS = tuple(f"P{number}" for number in range(1, 22))


class Section(models.Model):
    """A clause of the plan's text (Markdown), in order. `number` is dotted: 3, 3.1, 3.1.2."""

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="sections")
    position = models.PositiveSmallIntegerField(_("次序"))
    number = models.CharField(_("条款号"), max_length=20)
    title = models.CharField(_("标题"), max_length=80)
    body = models.TextField(_("正文"), blank=True)
    # Which of the plan's demands the clause answers, so that a gap in a version is seen.
    covers = ArrayField(
        models.CharField(max_length=3), verbose_name=_("落实的要求"), default=list, blank=True
    )

    class Meta:
        verbose_name = verbose_name_plural = _("预案条款")
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "position"], name="section_one_per_position"),
            models.UniqueConstraint(fields=["plan", "number"], name="section_one_per_number"),
            models.CheckConstraint(
                condition=models.Q(covers__contained_by=list(DEMANDS)),
                name="section_covers_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def depth(self) -> int:
        """1 for a chapter, 2 for a clause in it, and so on."""
        return self.number.count(".") + 1

    @property
    def anchor(self) -> str:
        """The clause's place on a page, for links to it."""
        return f"clause-{self.number}"


class Approval(models.TextChoices):
    """Who approves what patients will read; never who wrote it."""

    SECOND = "second", _("另一位有权批准的人")
    LEADING = "leading", _("应急处理领导小组")


class Grade(models.Model):
    """A grade with its targets in minutes from the report; an empty target runs no clock.

    `next_notice_minutes` counts from the notice before it. `order_read_back_minutes` counts from
    the issue of an order. An acknowledged incident without any progress for `no_progress_minutes`
    is escalated again. A ladder that has come to its end without an answer begins anew after
    `repeat_minutes`. Windows go to manual mode when a full stop is expected beyond
    `go_manual_minutes`; a department confirms manual mode and all clear within `receipt_minutes`.
    A patient notice that was published in an emergency is approved afterwards
    within `ratify_minutes`; without them there is no emergency path.
    """

    Approval = Approval

    plan = models.ForeignKey(PlanVersion, models.CASCADE, related_name="grades")
    level = models.PositiveSmallIntegerField(_("级别"), choices=LEVELS)
    meaning = models.CharField(_("含义"), max_length=120)
    acknowledge_minutes = models.PositiveIntegerField(_("确认收到"), null=True, blank=True)
    confirm_minutes = models.PositiveIntegerField(_("确认故障"), null=True, blank=True)
    command_minutes = models.PositiveIntegerField(_("下达指令"), null=True, blank=True)
    order_read_back_minutes = models.PositiveIntegerField(_("指令复诵"), null=True, blank=True)
    first_notice_minutes = models.PositiveIntegerField(_("首次患者通知"), null=True, blank=True)
    next_notice_minutes = models.PositiveIntegerField(_("后续通知间隔"), null=True, blank=True)
    restore_minutes = models.PositiveIntegerField(_("恢复服务"), null=True, blank=True)
    no_progress_minutes = models.PositiveIntegerField(_("无进展再次升级"), null=True, blank=True)
    repeat_minutes = models.PositiveIntegerField(_("升级链走完后重来"), null=True, blank=True)
    go_manual_minutes = models.PositiveIntegerField(_("全停多久转手工"), null=True, blank=True)
    receipt_minutes = models.PositiveIntegerField(_("科室确认收到"), null=True, blank=True)
    ratify_minutes = models.PositiveIntegerField(_("紧急发布后补批"), null=True, blank=True)
    approval = models.CharField(
        _("患者通知由谁批准"), max_length=8, choices=Approval.choices, default=Approval.SECOND
    )

    class Meta:
        verbose_name = verbose_name_plural = _("级别与时限")
        ordering = ["plan", "level"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "level"], name="grade_one_per_level"),
            models.CheckConstraint(
                condition=models.Q(level__range=(1, 4)), name="grade_level_known"
            ),
            models.CheckConstraint(
                condition=models.Q(approval__in=[str(rule) for rule in Approval]),
                name="grade_approval_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}级"

    @property
    def numeral(self) -> str:
        """Ⅰ, Ⅱ, Ⅲ or Ⅳ."""
        return self.get_level_display()
