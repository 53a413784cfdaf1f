"""One form per verb of a version."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from journal.moments import within_memory
from plans.findings import open_findings
from plans.models import PlanVersion
from plans.yaml_form import LONGEST
from teams.forms.asking import SeenForm

_MOMENT = "%Y-%m-%dT%H:%M"


def _words(label: Any, *, required: bool = True, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=2000,
        error_messages={"required": _("请写一句。")},
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


class VerbForm(SeenForm):
    """A verb that asks nothing."""

    def __init__(self, *args: Any, plan: PlanVersion, **kwargs: Any) -> None:
        kwargs["initial"] = {"version": plan.version} | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.plan = plan


class ReasonForm(VerbForm):
    """Verbs that ask only why."""

    reason = _words(_("理由"))


class ExplainForm(VerbForm):
    """What is new in the draft, for those who comment and sign, and for the version table."""

    reason = _words(_("改了什么、为什么改"), rows=5)


class DraftForm(VerbForm):
    """Begin a draft: what is to be changed, as far as it is known already."""

    reason = _words(
        _("打算改什么、为什么"),
        required=False,
        help_text=_("可以先空着，送审之前一定要写。"),
    )

    def facts(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"]}


class SignForm(VerbForm):
    remark = _words(_("意见"), required=False, rows=2)


class PublishForm(VerbForm):
    """Now, or on a day to come."""

    effective_at = forms.DateTimeField(
        label=_("生效时间"),
        required=False,
        input_formats=[_MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
        validators=[within_memory],
        help_text=_("空着就是立即生效。"),
        error_messages={"invalid": _("请写成日期和时间，例如 2026-11-23 10:45。")},
    )


class RollBackForm(VerbForm):
    """Which version the person saw in force goes with the reason."""

    in_force = forms.IntegerField(widget=forms.HiddenInput, required=False)
    reason = _words(_("理由"))

    def facts(self) -> dict[str, Any]:
        return {
            "reason": self.cleaned_data["reason"],
            "in_force": self.cleaned_data["in_force"],
        }


class CommentForm(forms.Form):
    text = _words(_("意见"))
    clause = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)


class AnswerForm(forms.Form):
    is_adopted = forms.TypedChoiceField(
        label=_("是否采纳"),
        choices=[("yes", _("采纳")), ("no", _("不采纳"))],
        coerce=lambda answer: answer == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": _("请选择是否采纳。")},
    )
    answer = _words(_("答复"), required=False, rows=2)


class ChangeForm(VerbForm):
    """Why a clause is changed: a finding that waits, or a source in words."""

    clause = forms.ChoiceField(label=_("哪一条"), required=False)
    finding_key = forms.ChoiceField(label=_("依据的发现"), required=False)
    source = forms.CharField(
        label=_("其他依据"),
        required=False,
        max_length=400,
        help_text=_("没有选择发现时填写，例如：十月演练总结、上级来文。"),
    )
    note = _words(_("怎样改"), rows=2)

    def __init__(self, *args: Any, clauses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._clauses = dict(clauses)
        self.fields["clause"].choices = [("", _("整部预案")), *clauses]  # type: ignore[attr-defined]
        findings = [(finding.key, finding.words) for finding in open_findings()]
        self.fields["finding_key"].choices = [("", _("不选")), *findings]  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return said | {"about": self._clauses.get(said["clause"], "")}


class BringInForm(forms.Form):
    """A version as YAML: a file, or the text itself. What came in a file stays in the text."""

    file = forms.FileField(label=_("YAML 文件"), required=False, allow_empty_file=True)
    text = forms.CharField(
        label=_("或粘贴全文"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )
    reason = _words(_("打算改什么、为什么"), required=False, rows=2)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        given = said.get("file")
        if given is not None:
            if given.size > LONGEST:
                self.add_error("file", _("文件太大，预案文件不超过 1 MB。"))
                return said
            try:
                said["text"] = given.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", _("这不是 UTF-8 文字文件，读不出来。"))
                return said
        if not (said.get("text") or "").strip():
            self.add_error("file", _("请选择文件，或粘贴全文。"))
        return said
