"""Places (地点): where patients read a hall screen or a printed sign."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from teams.models import Department, Service


class Language(models.TextChoices):
    """Languages in which the public can be told."""

    CHINESE = "zh", _("中文")
    ENGLISH = "en", _("英文")


def _chinese() -> list[str]:
    return [Language.CHINESE.value]


class PlaceQuerySet(models.QuerySet["Place"]):
    def active(self) -> "PlaceQuerySet":
        return self.filter(is_active=True)

    def with_screen(self) -> "PlaceQuerySet":
        return self.active().filter(has_screen=True)

    def with_sign(self) -> "PlaceQuerySet":
        return self.active().filter(has_sign=True)


class Place(models.Model):
    """Somewhere in the house where patients wait or are served: a hall, a row of windows, a ward.

    `slug` is its address in `/screen/<slug>/` and on posters, so it outlives a change of name.
    `services` are those that patients come here for; without any the place concerns them all.
    A place is retired, never deleted: signs and screens of old notices name it.
    """

    Language = Language

    name = models.CharField(_("名称"), max_length=40, unique=True)
    slug = models.SlugField(_("网址中的名字"), max_length=40, unique=True)
    building = models.CharField(_("楼"), max_length=40, blank=True)
    floor = models.CharField(_("楼层"), max_length=20, blank=True)
    department = models.ForeignKey(
        Department,
        models.PROTECT,
        verbose_name=_("负责科室"),
        related_name="places",
        null=True,
        blank=True,
    )
    services = models.ManyToManyField(
        Service, verbose_name=_("这里办的业务"), related_name="places", blank=True
    )
    has_screen = models.BooleanField(_("有大屏"), default=False)
    has_sign = models.BooleanField(_("要贴告示"), default=False)
    languages = ArrayField(
        models.CharField(max_length=2, choices=Language.choices),
        verbose_name=_("语言"),
        default=_chinese,
    )
    position = models.PositiveSmallIntegerField(_("排列"), default=100)
    is_active = models.BooleanField(_("在用"), default=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("地点")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(languages__contained_by=[str(each) for each in Language])
                & models.Q(languages__len__gt=0),
                name="place_languages_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def whereabouts(self) -> str:
        """Building and floor as people say them: 「门诊楼 一层」."""
        return " ".join(part for part in (self.building, self.floor) if part)
