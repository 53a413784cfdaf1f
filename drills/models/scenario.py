"""Scenarios that the hospital brought in itself; those built in are files of the product."""

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ScenarioFileQuerySet(models.QuerySet["ScenarioFile"]):
    def in_use(self) -> "ScenarioFileQuerySet":
        return self.filter(retired_at__isnull=True)


class ScenarioFile(models.Model):
    """A scenario as its author typed it. Never changed: a better one is another file.

    `digest` is the SHA-256 of the text with its blanks at line ends taken away, so that the same
    scenario does not come in twice.
    """

    slug = models.SlugField(_("文件名"), max_length=60, unique=True)
    title = models.CharField(_("标题"), max_length=120)
    text = models.TextField(_("剧本"))
    digest = models.CharField(_("SHA-256"), max_length=64, unique=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("上传人"), related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))
    retired_at = models.DateTimeField(_("停用时间"), null=True, blank=True)

    objects = ScenarioFileQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("演练剧本")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("drills:scenario", args=[self.slug])

    @property
    def stream(self) -> str:
        return f"scenario:{self.pk}"
