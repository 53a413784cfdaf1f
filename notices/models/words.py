"""What patients are told of a notice or of planned maintenance, and whose words they are."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models import Service


class Words(models.Model):
    """The facts that every surface is worded from, and the two people who answer for them."""

    services = models.ManyToManyField(Service, verbose_name=_("受影响业务"), related_name="+")
    affected = models.TextField(_("什么用不了"), max_length=120)
    advice = models.TextField(_("患者怎么办"), max_length=200)
    where_to_go = models.TextField(_("去哪里办"), max_length=120, blank=True)
    emergency = models.CharField(_("急诊情况"), max_length=60, default="急诊照常接诊")
    contact = models.CharField(_("咨询电话"), max_length=40, blank=True)
    # In English where somebody wrote it; else a sentence stands that is true of any fault.
    affected_en = models.CharField(_("什么用不了（英文）"), max_length=200, blank=True)
    advice_en = models.CharField(_("患者怎么办（英文）"), max_length=300, blank=True)
    where_en = models.CharField(_("去哪里办（英文）"), max_length=200, blank=True)
    emergency_en = models.CharField(_("急诊情况（英文）"), max_length=100, blank=True)

    # Who last changed the words answers for them: somebody else approves.
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField(_("起草时间"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    approved_at = models.DateTimeField(_("批准时间"), null=True, blank=True)

    class Meta:
        abstract = True
