"""The form of an inspection: one choice for each point of the item's checklist."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from inventory.forms.deeds import DeedForm

OK, NOT_OK = "ok", "not_ok"
_CHOICES = [(OK, _("合格")), (NOT_OK, _("不合格"))]
_WANTED = {"required": _("请选择合格还是不合格。")}


class InspectForm(DeedForm):
    remark = forms.CharField(
        label=_("说明"),
        max_length=200,
        required=False,
        help_text=_("不合格的，写明哪里不行；会停用待修，修好之前不能领用。"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.points = self.item.points or [_now("总的结果")]
        for number, point in enumerate(self.points):
            self.fields[f"point_{number}"] = forms.ChoiceField(
                label=point, choices=_CHOICES, widget=forms.RadioSelect, error_messages=_WANTED
            )
        self.order_fields([f"point_{number}" for number in range(len(self.points))])

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        decided = [said[f"point_{number}"] == OK for number in range(len(self.points))]
        facts: dict[str, Any] = {"remark": said["remark"], "client_uuid": said["client_uuid"]}
        if not self.item.points:
            return facts | {"passed": decided[0]}
        results = [
            {"point": point, "ok": ok, "said": ""}
            for point, ok in zip(self.points, decided, strict=True)
        ]
        return facts | {"results": results}
