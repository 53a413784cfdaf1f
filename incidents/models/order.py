"""Orders (指令): a closed loop from issue over read-back to done, with proof."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMModelMixin, transition

from incidents import authority
from incidents.models.incident import Incident
from journal.states import StateField
from teams.models import Department, ResponseGroup


class OrderState(models.TextChoices):
    ISSUED = "issued", _("待复诵")
    READ_BACK = "read_back", _("已复诵")
    DONE = "done", _("已完成")
    REFUSED = "refused", _("无法执行")


class OrderQuerySet(models.QuerySet["Order"]):
    def open(self) -> "OrderQuerySet":
        """Neither done nor refused."""
        return self.filter(state__in=[OrderState.ISSUED, OrderState.READ_BACK])

    def for_person(self, person: Any) -> "OrderQuerySet":
        """Orders addressed to the person's department or response groups."""
        return self.filter(
            models.Q(department_id=person.department_id, department__isnull=False)
            | models.Q(group__in=person.group_ids)
        )


class Order(FSMModelMixin, models.Model):
    """What one department or response group must do, by when."""

    State = OrderState

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="orders")
    state = StateField(
        _("状态"), choices=OrderState.choices, default=OrderState.ISSUED, protected=True
    )
    version = models.PositiveIntegerField(_("版次"), default=1)
    # One form may issue several orders: they share its mark.
    client_uuid = models.UUIDField(_("提交标识"), null=True, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, verbose_name=_("科室"), null=True, blank=True, related_name="+"
    )
    group = models.ForeignKey(
        ResponseGroup,
        models.PROTECT,
        verbose_name=_("小组"),
        null=True,
        blank=True,
        related_name="+",
    )
    text = models.TextField(_("内容"))
    due_at = models.DateTimeField(_("完成时限"))
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(_("下达时间"))
    read_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    read_back_at = models.DateTimeField(_("复诵时间"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True
    )
    ended_at = models.DateTimeField(_("完成或拒绝时间"), null=True, blank=True)
    # Proof when done, reason when refused.
    outcome = models.TextField(_("完成情况或拒绝理由"), blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("指令")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[str(state) for state in OrderState]),
                name="order_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(department__isnull=False, group__isnull=True)
                | models.Q(department__isnull=True, group__isnull=False),
                name="order_one_addressee",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["done", "refused"])
                | models.Q(ended_at__isnull=False, ended_by__isnull=False) & ~models.Q(outcome=""),
                name="order_ended_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.addressee}: {self.text[:30]}"

    @property
    def addressee(self) -> Department | ResponseGroup:
        return self.department or self.group  # type: ignore[return-value]

    @property
    def is_open(self) -> bool:
        return self.state in (OrderState.ISSUED, OrderState.READ_BACK)

    @transition(
        state,
        source=OrderState.ISSUED,
        target=OrderState.READ_BACK,
        permission=authority.is_addressee,
        custom={"label": _("复诵确认")},
    )
    def read_back(self, *, at: Any, by: Any) -> None:
        """The addressee repeats the order: received and understood."""
        self.read_back_at, self.read_back_by = at, by

    @transition(
        state,
        source=(OrderState.ISSUED, OrderState.READ_BACK),
        target=OrderState.DONE,
        permission=authority.is_addressee,
        custom={"label": _("报告完成")},
    )
    def finish(self, *, at: Any, by: Any, proof: str) -> None:
        """Done, with a word of proof. Who reports it done has read it."""
        if self.read_back_at is None:
            self.read_back_at, self.read_back_by = at, by
        self.ended_at, self.ended_by, self.outcome = at, by, proof

    @transition(
        state,
        source=(OrderState.ISSUED, OrderState.READ_BACK),
        target=OrderState.REFUSED,
        permission=authority.is_addressee,
        custom={"label": _("无法执行")},
    )
    def refuse(self, *, at: Any, by: Any, reason: str) -> None:
        """Cannot be carried out, with the reason: the commander must decide anew."""
        self.ended_at, self.ended_by, self.outcome = at, by, reason
