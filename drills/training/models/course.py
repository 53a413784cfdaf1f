"""Courses: what is taught, to whom, and for how long it holds."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from teams.models import Department, ResponseGroup, Role


class CourseQuerySet(models.QuerySet["Course"]):
    def in_use(self) -> "CourseQuerySet":
        return self.filter(is_active=True)


class Course(models.Model):
    """What staff are trained in (plan, row P20), who must have it, and how many months it holds.

    Who must have it: everybody, or whoever has one of `roles`, belongs to one of `departments` or
    to one of `groups`; nobody where none is named.
    """

    name = models.CharField(_("课程名称"), max_length=80, unique=True)
    about = models.TextField(_("讲什么"), blank=True)
    given_by = models.CharField(_("由谁授课"), max_length=60, blank=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        verbose_name=_("负责人"),
        related_name="+",
        null=True,
        blank=True,
    )
    for_everybody = models.BooleanField(_("全员必修"), default=False)
    roles = ArrayField(
        models.CharField(max_length=12, choices=Role.choices),
        verbose_name=_("这些角色必修"),
        default=list,
        blank=True,
    )
    departments = models.ManyToManyField(
        Department, verbose_name=_("这些科室必修"), related_name="+", blank=True
    )
    groups = models.ManyToManyField(
        ResponseGroup, verbose_name=_("这些小组必修"), related_name="+", blank=True
    )
    # Empty: it holds for ever.
    valid_months = models.PositiveSmallIntegerField(_("有效几个月"), null=True, blank=True)
    remind_days = models.PositiveSmallIntegerField(_("到期前几天提醒"), default=30)
    # Whether who was there must also pass the quiz; its `quiz_version` grows with its questions.
    needs_quiz = models.BooleanField(_("要通过测验"), default=False)
    pass_percent = models.PositiveSmallIntegerField(_("答对百分之几通过"), default=80)
    tries = models.PositiveSmallIntegerField(_("最多考几次"), default=3)
    quiz_version = models.PositiveIntegerField(_("题目版次"), default=1)
    # When those who lack it were reminded last by hand.
    chased_at = models.DateTimeField(_("上次提醒"), null=True, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    objects = CourseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("培训课程")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="course_has_a_name"),
            models.CheckConstraint(
                condition=Q(valid_months__isnull=True) | Q(valid_months__gte=1),
                name="course_holds_a_month",
            ),
            models.CheckConstraint(
                condition=Q(pass_percent__range=(1, 100), tries__gte=1),
                name="course_quiz_can_be_passed",
            ),
            models.CheckConstraint(
                condition=Q(roles__contained_by=[str(role) for role in Role]),
                name="course_roles_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("training:course", args=[self.pk])
