"""Counting a place (盘点): what should be there, what is, signed by two."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from inventory import authority
from inventory.models.item import Batch, Item
from inventory.models.place import Place
from journal.states import StateField


class CountState(models.TextChoices):
    COUNTING = "counting", _("盘点中")
    SIGNED = "signed", _("等第二人签字")
    POSTED = "posted", _("已更正库存")
    CANCELLED = "cancelled", _("已作废")


def _person() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )


class Count(FSMModelMixin, models.Model):
    """One count of a place. Nothing of the stock changes before the second signature."""

    State = CountState

    place = models.ForeignKey(Place, models.PROTECT, related_name="counts")
    state = StateField(
        _("状态"), choices=CountState.choices, default=CountState.COUNTING, protected=True
    )
    started_by = _person()
    started_at = models.DateTimeField(_("开始"))
    first_by = _person()
    first_at = models.DateTimeField(_("第一人签字"), null=True, blank=True)
    second_by = _person()
    second_at = models.DateTimeField(_("第二人签字"), null=True, blank=True)
    version = models.PositiveIntegerField(_("版次"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("盘点")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["place"],
                condition=Q(state__in=["counting", "signed"]),
                name="count_one_open_per_place",
            ),
            models.CheckConstraint(
                condition=~Q(state="posted") | ~Q(first_by=F("second_by")), name="count_by_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.started_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("inventory:count", args=[self.pk])

    @property
    def stream(self) -> str:
        return f"count:{self.pk}"

    @transition(
        state,
        source=CountState.COUNTING,
        target=CountState.SIGNED,
        permission=authority.may_keep,
        custom={"label": _("签字")},
    )
    def sign(self, *, at: Any, by: Any) -> None:
        """Who counted vouches for it."""
        self.first_at, self.first_by = at, by

    @transition(
        state,
        source=CountState.SIGNED,
        target=CountState.POSTED,
        permission=authority.may_countersign,
        custom={"label": _("复核签字并更正库存")},
    )
    def countersign(self, *, at: Any, by: Any) -> None:
        """A second person vouches for it: differences become moves."""
        self.second_at, self.second_by = at, by

    @transition(
        state,
        source=(CountState.COUNTING, CountState.SIGNED),
        target=CountState.CANCELLED,
        permission=authority.may_keep,
        custom={"label": _("作废")},
    )
    def cancel(self, *, at: Any, by: Any) -> None:
        """It was counted wrongly; the stock stays as it is."""


class CountLine(models.Model):
    """An item, of one batch, in the place: what stock said when the number was entered."""

    count = models.ForeignKey(Count, models.CASCADE, related_name="lines")
    item = models.ForeignKey(Item, models.PROTECT, related_name="+")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="+", null=True, blank=True)
    expected = models.PositiveIntegerField(_("账上"))
    counted = models.PositiveIntegerField(_("实点"), null=True, blank=True)
    explanation = models.CharField(_("差异说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("盘点行")
        ordering = ["item__category", "item__name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["count", "item", "batch"], name="count_line_once", nulls_distinct=False
            )
        ]

    @property
    def difference(self) -> int:
        return 0 if self.counted is None else self.counted - self.expected
