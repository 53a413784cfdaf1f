"""What belongs to a course beside its sessions: materials, questions, and who answered them how."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from drills.training.models.course import Course


class Material(models.Model):
    """A file to read. Size, kind and SHA-256 are what the server found (`journal.keeping`)."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="materials")
    name = models.CharField(_("文件名"), max_length=200)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    kind = models.CharField(_("类型"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("大小（字节）"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    path = models.CharField(_("存放位置"), max_length=64, unique=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("时间"))
    # Out of use: no longer offered; the file stays.
    removed_at = models.DateTimeField(_("撤下时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("培训资料")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "sha256"],
                condition=Q(removed_at__isnull=True),
                name="material_once",
            )
        ]

    def __str__(self) -> str:
        return self.name


class QuestionQuerySet(models.QuerySet["Question"]):
    def in_use(self) -> "QuestionQuerySet":
        return self.filter(is_active=True)


class Question(models.Model):
    """A question with its options; `right` are the places of those that are, from 0."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="questions")
    text = models.CharField(_("题目"), max_length=300)
    options = ArrayField(models.CharField(max_length=200), verbose_name=_("选项"))
    right = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("正确选项"))
    explanation = models.CharField(_("解释"), max_length=300, blank=True)
    is_active = models.BooleanField(_("在用"), default=True)

    objects = QuestionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("测验题目")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(options__len__gte=2) & Q(right__len__gte=1),
                name="question_can_be_answered",
            )
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def has_several(self) -> bool:
        """Are there several right options?"""
        return len(self.right) > 1


class Attempt(models.Model):
    """One try at a course's quiz. `answers` keeps questions and options as they were then:
    {text, options, right, given, ok, explanation}."""

    course = models.ForeignKey(Course, models.PROTECT, related_name="attempts")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="training_attempts"
    )
    answers = models.JSONField(_("答卷"), default=list)
    score = models.PositiveSmallIntegerField(_("答对"))
    total = models.PositiveSmallIntegerField(_("题数"))
    passed = models.BooleanField(_("通过"))
    at = models.DateTimeField(_("交卷时间"))
    client_uuid = models.UUIDField(_("提交标识"), unique=True, default=uuid.uuid4)

    class Meta:
        verbose_name = verbose_name_plural = _("测验答卷")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["person", "course", "-at"], name="attempts_of_a_person")]

    def get_absolute_url(self) -> str:
        return reverse("training:attempt", args=[self.pk])

    @property
    def percent(self) -> int:
        return self.score * 100 // self.total
