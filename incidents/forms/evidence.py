"""A file of evidence, and what it proves."""

from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident

ACCEPT = (
    ".png,.jpg,.jpeg,.gif,.webp,.pdf,.txt,.log,.csv,.docx,.xlsx,.pptx,.doc,.xls,.ppt,"
    ".zip,.gz,.7z,.rar,.tar"
)
_KINDS = ("check", "order", "backup")


class EvidenceForm(forms.Form):
    file = forms.FileField(
        label=_("文件"),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        error_messages={
            "required": _("请选择一个文件。"),
            "empty": _("这个文件是空的。"),
            "invalid": _("没有收到文件，请重新选择。"),
        },
    )
    about = forms.ChoiceField(label=_("证明什么"), required=False)
    note = forms.CharField(label=_("说明"), required=False, max_length=200)

    def __init__(self, incident: Incident, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: list[tuple[str, Any]] = [("", _now("整起事件"))]
        checks = incident.checks.demanded().filter(round__in=(0, incident.round))
        choices += [
            (f"check-{check.pk}", _now("检查项：%(what)s") % {"what": check.text})
            for check in checks.select_related("item")
        ]
        choices += [
            (
                f"order-{order.pk}",
                _now("指令：%(what)s") % {"what": Truncator(order.text).chars(40)},
            )
            for order in incident.orders.all()
        ]
        choices += [
            (f"backup-{backup.pk}", _now("备份：%(what)s") % {"what": backup.name})
            for backup in incident.backups.all()
        ]
        self.fields["about"].choices = choices  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        """What `workflow.attach` wants to know."""
        said = dict(self.cleaned_data)
        kind, _dash, key = said.pop("about").partition("-")
        return said | ({kind: int(key)} if kind in _KINDS else {})
