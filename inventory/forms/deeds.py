"""Forms of what is done with an item: each opens one verb."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inventory.forms.items import place_field
from inventory.models import Balance, Item, Move
from inventory.workflow.gate import MOST
from inventory.workflow.moves import OUT
from teams.models import Department


class _BalanceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        facts = {"place": obj.place, "left": obj.quantity, "batch": obj.batch}
        if obj.batch is not None:
            return _now("%(place)s，批号 %(batch)s，有 %(left)s") % facts
        return _now("%(place)s，有 %(left)s") % facts


def quantity_field(label: Any = "", **options: Any) -> forms.IntegerField:
    options = {"min_value": 1, "initial": 1} | options
    return forms.IntegerField(
        label=label or _("数量"),
        max_value=MOST,
        error_messages={"required": _("请填写数量。"), "invalid": _("请填整数。")},
        **options,
    )


class DeedForm(forms.Form):
    """Something done with one item. `client_uuid` makes one of it that is sent twice."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, item: Item, **options: Any) -> None:
        options["initial"] = {"client_uuid": uuid.uuid4()} | (options.get("initial") or {})
        super().__init__(*args, **options)
        self.item = item
        if "balance" in self.fields:
            rows = Balance.objects.filter(item=item, quantity__gt=0)
            field: Any = self.fields["balance"]
            field.queryset = rows.select_related("place", "batch")
            field.initial = rows.first()
        if "place" in self.fields and self.starts_at_place:
            self.fields["place"].initial = item.place_id

    starts_at_place = False

    def insist_fresh(self) -> None:
        """Raise Conflict where the item has changed so that other things are asked of it now."""

    def on(self, item: Item) -> "DeedForm":
        """The form with what was typed, for the item as it is now."""
        return self

    def facts(self) -> dict[str, Any]:
        """Arguments for the verb."""
        return dict(self.cleaned_data)


def _reason(label: Any, *, required: bool = True, hint: str | Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=200,
        required=required,
        error_messages={"required": _("请写一句。")},
        widget=forms.TextInput(attrs={"placeholder": hint}),
    )


def _balance() -> _BalanceField:
    return _BalanceField(
        Balance.objects.none(),
        label=_("从哪里"),
        empty_label=None,
        error_messages={"required": _("请选择从哪里。"), "invalid_choice": _("请选择从哪里。")},
    )


class ReceiveForm(DeedForm):
    starts_at_place = True

    quantity = quantity_field()
    place = place_field(_("放到哪里"))
    expires_on = forms.DateField(
        label=_("有效期至"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("请写成日期，例如 2026-11-23。")},
    )
    batch = forms.CharField(
        label=_("批号"), max_length=40, required=False, help_text=_("有有效期而没有批号的，空着。")
    )
    reason = _reason(_("来源"), required=False, hint=_("例如：采购，送货单 0312"))


class LendForm(DeedForm):
    quantity = quantity_field()
    department = forms.ModelChoiceField(
        Department.objects.filter(is_active=True),
        label=_("领用科室"),
        required=False,
        empty_label=_("未指定"),
    )
    taker = forms.CharField(label=_("领用人"), max_length=60, required=False)
    purpose = _reason(_("用途"), hint=_("例如：设备巡检"))

    department.is_one_of = taker.is_one_of = True  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        from inventory.workflow import Purpose, Wanted

        said = super().facts()
        said["wanted"] = [Wanted(self.item.pk, said.pop("quantity"))]
        said["purpose"] = Purpose(said["purpose"])
        return said


class WriteOffForm(DeedForm):
    kind = forms.ChoiceField(
        label=_("怎么了"),
        choices=[(kind.value, kind.label) for kind in OUT],
        initial=Move.Kind.CONSUMED,
        widget=forms.RadioSelect,
    )
    quantity = quantity_field()
    balance = _balance()
    reason = _reason(_("原因"))


class TransferForm(DeedForm):
    quantity = quantity_field()
    balance = _balance()
    place = place_field(_("放到哪里"))


class StatusForm(DeedForm):
    """Out of service, or in service again: why."""

    reason = _reason(_("原因"))

    def facts(self) -> dict[str, Any]:
        said = super().facts()
        said.pop("client_uuid")
        return said


class GiveBackForm(forms.Form):
    """What became of a loan."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    returned = quantity_field(_("完好归还"), min_value=0, required=False)
    damaged = quantity_field(_("损坏"), min_value=0, initial=0, required=False)
    lost = quantity_field(_("丢失"), min_value=0, initial=0, required=False)
    consumed = quantity_field(_("用掉，不再归还"), min_value=0, initial=0, required=False)
    reason = _reason(_("原因"), required=False, hint=_("损坏或丢失时必填"))
    name = forms.CharField(
        label=_("经手人"),
        max_length=60,
        required=False,
        help_text=_("损坏或丢失时必填：谁说得清楚。"),
    )
    place = place_field(_("放回哪里"), required=False, empty_label=_("原来的地方"))

    def facts(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        for part in ("returned", "damaged", "lost", "consumed"):
            said[part] = said[part] or 0
        return said
