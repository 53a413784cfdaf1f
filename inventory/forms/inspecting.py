"""The form of an inspection: one choice for each point of the item's checklist."""

import hashlib
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inventory.forms.deeds import DeedForm
from inventory.models import Item
from journal.moving import check_version
from teams.forms.asking import reopened

OK, NOT_OK = "ok", "not_ok"
_CHOICES = [(OK, _("合格")), (NOT_OK, _("不合格"))]
_WANTED = {"required": _("请选择合格还是不合格。")}


def _field_names(points: list[str]) -> list[str]:
    """A name for each point that comes of its words: an answer never lands on another point, even
    where the checklist was changed behind the page."""
    names: list[str] = []
    for point in points:
        name = "point_" + hashlib.sha256(point.encode()).hexdigest()[:12]
        names.append(name + "_again" * sum(each.startswith(name) for each in names))
    return names


class InspectForm(DeedForm):
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    remark = forms.CharField(
        label=_("说明"),
        max_length=200,
        required=False,
        help_text=_("不合格的，写明哪里不行；会停用待修，修好之前不能领用。"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["version"].initial = self.item.version
        self.points = self.item.points or [_now("总的结果")]
        self.names = _field_names(self.item.points) or ["whole"]
        for name, point in zip(self.names, self.points, strict=True):
            self.fields[name] = forms.ChoiceField(
                label=point, choices=_CHOICES, widget=forms.RadioSelect, error_messages=_WANTED
            )
        self.order_fields(self.names)

    def insist_fresh(self) -> None:
        check_version(self.item, self.cleaned_data.get("version"))

    def on(self, item: Item) -> "InspectForm":
        form: InspectForm = reopened(type(self)(self.data, item=item), item.version)
        return form

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        decided = [said[name] == OK for name in self.names]
        facts: dict[str, Any] = {name: said[name] for name in ("remark", "client_uuid", "version")}
        if not self.item.points:
            return facts | {"passed": decided[0]}
        results = [
            {"point": point, "ok": ok, "said": ""}
            for point, ok in zip(self.points, decided, strict=True)
        ]
        return facts | {"results": results}
