"""Signs that hang: which notice was put up where, by whom, and who took it down."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from notices.models.notice import Notice
from notices.models.place import Place


class PostingQuerySet(models.QuerySet["Posting"]):
    def hanging(self) -> "PostingQuerySet":
        """Nobody has said that it was taken down."""
        return self.filter(down_at__isnull=True)

    def outdated(self) -> "PostingQuerySet":
        """Hangs, though patients are told something else by now, or nothing any more."""
        return self.hanging().exclude(notice__state=Notice.State.PUBLISHED)


class Posting(models.Model):
    """A printed sign at a place. At most one of an incident hangs at a place: another one that is
    put up takes its place."""

    notice = models.ForeignKey(Notice, models.PROTECT, related_name="postings")
    # The notice's own, so that the database can refuse a second one at the same place.
    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, related_name="postings")
    up_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    up_at = models.DateTimeField(_("贴好时间"))
    up_word = models.CharField(_("贴在哪里"), max_length=200)
    down_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    down_at = models.DateTimeField(_("取下时间"), null=True, blank=True)
    down_word = models.CharField(_("取下说明"), max_length=200, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("张贴的告示")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "place"],
                condition=models.Q(down_at__isnull=True),
                name="posting_one_hangs",
            ),
            models.CheckConstraint(
                condition=models.Q(down_at__isnull=True, down_by__isnull=True)
                | models.Q(down_at__isnull=False, down_by__isnull=False) & ~models.Q(down_word=""),
                name="posting_taken_down_by_somebody",
            ),
            models.CheckConstraint(condition=~models.Q(up_word=""), name="posting_says_a_word"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.notice.number}"


class SignPhoto(models.Model):
    """What somebody's phone saw when a sign was put up, or taken down: one of each at most. Kind,
    size and SHA-256 are what the server found."""

    posting = models.ForeignKey(Posting, models.PROTECT, related_name="photos")
    is_down = models.BooleanField(_("取下后的照片"), default=False)
    name = models.CharField(_("文件名"), max_length=200)
    kind = models.CharField(_("类型"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("大小（字节）"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    path = models.CharField(_("存放位置"), max_length=64, unique=True)

    class Meta:
        verbose_name = verbose_name_plural = _("告示照片")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["posting", "is_down"], name="sign_photo_once"),
            models.CheckConstraint(
                condition=models.Q(kind__startswith="image/", size_bytes__gt=0),
                name="sign_photo_is_a_picture",
            ),
        ]

    def __str__(self) -> str:
        return self.name
