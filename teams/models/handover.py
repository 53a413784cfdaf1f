"""Handover (交接班): what the leaving shift tells the coming one, and that it was heard."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models.duty import Roster


class HandoverQuerySet(models.QuerySet["Handover"]):
    def waiting(self) -> "HandoverQuerySet":
        """Not confirmed yet."""
        return self.filter(confirmed_at__isnull=True)


class Handover(models.Model):
    """One change of shift of a roster, at the moment at which people change.

    `items`: what was open when it was handed over (or, where nobody handed it over, when it was
    confirmed), as the app above gathered it. `version` grows with every verb.
    """

    roster = models.ForeignKey(
        Roster, models.PROTECT, verbose_name=_("值班表"), related_name="handovers"
    )
    at = models.DateTimeField(_("交接时间"))
    leaving = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("交班人"), related_name="+"
    )
    coming = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("接班人"), related_name="+"
    )
    remarks = models.TextField(_("交班说明"), max_length=2000, blank=True)
    items = models.JSONField(_("未完事项"), null=True, blank=True)
    handed_at = models.DateTimeField(_("交班于"), null=True, blank=True)
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    confirmed_at = models.DateTimeField(_("接班于"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    alarmed_at = models.DateTimeField(_("已告警"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    objects = HandoverQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("交接班")
        ordering = ["-at", "roster"]
        constraints = [
            models.UniqueConstraint(fields=["roster", "at"], name="handover_once"),
            models.CheckConstraint(
                condition=models.Q(handed_at__isnull=True, handed_by__isnull=True)
                | models.Q(handed_at__isnull=False, handed_by__isnull=False),
                name="handover_handed_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | models.Q(
                    confirmed_at__isnull=False, confirmed_by__isnull=False, items__isnull=False
                ),
                name="handover_confirmed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(
                fields=["at"],
                condition=models.Q(confirmed_at__isnull=True),
                name="handover_waiting",
            )
        ]

    def __str__(self) -> str:
        return f"{self.roster} {self.at:%Y-%m-%d %H:%M}"


class DutyFeed(models.Model):
    """The secret address under which one person's duties can be subscribed to as a calendar.

    Only the digest is kept: whoever reads the database cannot read calendars with it.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        verbose_name=_("人员"),
        related_name="duty_feed",
        primary_key=True,
    )
    digest = models.CharField(_("地址摘要"), max_length=64, unique=True)
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("值班日历订阅")
