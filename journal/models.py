"""Tables of the journal, written by `recording`, `relay` and `roots` of this app only."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Stream(models.Model):
    """Head of one chain, e.g. `incident:12`. Its row lock gives entries of a stream their order."""

    name = models.CharField(_("日志流"), max_length=80, primary_key=True)
    seq = models.PositiveIntegerField(_("最新序号"))
    hash = models.CharField(_("最新校验值"), max_length=64)
    sealed_seq = models.PositiveIntegerField(_("已封存至"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("日志流")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sealed_seq__lte=models.F("seq")), name="stream_sealed_not_ahead"
            )
        ]
        indexes = [
            models.Index(
                fields=["name"],
                condition=models.Q(seq__gt=models.F("sealed_seq")),
                name="stream_unsealed",
            )
        ]

    def __str__(self) -> str:
        return self.name


class EntryQuerySet(models.QuerySet["Entry"]):
    def of(self, stream: str) -> "EntryQuerySet":
        """Entries of one stream, oldest first."""
        return self.filter(stream=stream).order_by("seq")


class Entry(models.Model):
    """One fact. Never changed and never deleted: the database refuses both."""

    stream = models.CharField(_("日志流"), max_length=80)
    seq = models.PositiveIntegerField(_("序号"))
    event = models.CharField(_("事件"), max_length=80)
    actor = models.CharField(_("操作者"), max_length=80)
    actor_name = models.CharField(_("操作者姓名"), max_length=120)
    facts = models.JSONField(_("事实"), default=dict)
    at = models.DateTimeField(_("时间"))
    previous_hash = models.CharField(_("上一条校验值"), max_length=64, blank=True)
    hash = models.CharField(_("校验值"), max_length=64)
    relayed_at = models.DateTimeField(_("转发时间"), null=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("事件日志")
        constraints = [
            models.UniqueConstraint(fields=["stream", "seq"], name="entry_once_per_seq"),
        ]
        indexes = [
            models.Index(
                fields=["id"], condition=models.Q(relayed_at__isnull=True), name="entry_unrelayed"
            ),
            models.Index(fields=["event", "at"], name="entry_event_at"),
        ]

    def __str__(self) -> str:
        return f"{self.stream} #{self.seq} {self.event}"


class PoisonedEntry(models.Model):
    """An entry whose subscriber failed: kept beside the entry, because the entry may not change."""

    entry = models.OneToOneField(
        Entry, on_delete=models.PROTECT, primary_key=True, related_name="poison"
    )
    failures = models.PositiveIntegerField(_("失败次数"), default=0)
    error = models.TextField(_("错误"))
    failed_at = models.DateTimeField(_("最近失败"))
    retry_at = models.DateTimeField(_("下次重试"))

    class Meta:
        verbose_name = verbose_name_plural = _("转发失败的日志")

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.error}"


class Root(models.Model):
    """A signed statement of the heads that moved since the root before it; also exported."""

    at = models.DateTimeField(_("时间"))
    heads = models.JSONField(_("链头"))
    previous_signature = models.CharField(_("上一个签名"), max_length=64, blank=True)
    signature = models.CharField(_("签名"), max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = _("日志封存")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S}"


class Incarnation(models.Model):
    """Which database this is, as the database itself cannot tell once it was copied."""

    identity = models.CharField(_("身份"), max_length=120)
    since = models.DateTimeField(_("从何时起"), db_default=Now())

    class Meta:
        verbose_name = verbose_name_plural = _("数据库身份")

    def __str__(self) -> str:
        return self.identity
