"""Forms of a session: arranging and moving it, and what is done with it on its page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from drills.training.covering import staff
from drills.training.models import Course, TrainingSession
from notices.forms import NoticeForm, VerbForm, moment_field, sentence_field
from reviews.models import ActionItem


def _person(label: Any, missing: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        staff().select_related("department").order_by("department__position", "name", "pk"),
        label=label,
        empty_label=_("请选择"),
        error_messages={"required": missing, "invalid_choice": missing},
    )


class _WhenWhere(VerbForm):
    starts_at = moment_field(_("什么时候开始"), _("请写明什么时候开始。"))
    ends_at = moment_field(_("什么时候结束"), _("请写明什么时候结束。"))
    place = forms.CharField(
        label=_("地点"), max_length=120, error_messages={"required": _("请写明在哪里培训。")}
    )
    trainer = _person(_("讲师"), _("请选择一位在岗的讲师。"))
    capacity = forms.IntegerField(
        label=_("名额"),
        required=False,
        min_value=1,
        max_value=5000,
        help_text=_("空着就不限人数。"),
    )


class SessionForm(_WhenWhere):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    course = forms.ModelChoiceField(
        Course.objects.in_use(),
        label=_("课程"),
        empty_label=_("请选择"),
        error_messages={
            "required": _("请选择课程。"),
            "invalid_choice": _("这门课程已经停用。"),
        },
    )
    action = forms.ModelChoiceField(
        ActionItem.objects.open().filter(kind=ActionItem.Kind.TRAINING),
        label=_("落实哪条整改项"),
        required=False,
        empty_label=_("不是为整改项"),
        help_text=_("选了，这场举行之后整改项才能办结。"),
    )
    field_order = ("version", "client_uuid", "course")

    def facts(self) -> dict[str, Any]:
        """Arguments for the verb."""
        return {name: said for name, said in self.cleaned_data.items() if name != "version"}

    @staticmethod
    def fresh(course: int | None, trainer: int) -> dict[str, Any]:
        """Initial values of a new session."""
        return {"client_uuid": NoticeForm.new_mark(), "course": course, "trainer": trainer}


class PastForm(_WhenWhere):
    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    course = SessionForm.base_fields["course"]
    people = forms.ModelMultipleChoiceField(
        staff().order_by("department__position", "name", "pk"),
        label=_("到场的人"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("请至少选一位到场的人。")},
    )
    reason = forms.CharField(
        label=_("依据"),
        max_length=200,
        help_text=_("例如：纸质签到表。"),
        error_messages={"required": _("请写明依据，例如「纸质签到表」。")},
    )
    capacity = None  # type: ignore[assignment]  # as Django takes out an inherited field
    field_order = ("version", "client_uuid", "course")

    def facts(self) -> dict[str, Any]:
        """Arguments for the verb."""
        return {name: said for name, said in self.cleaned_data.items() if name != "version"}

    @staticmethod
    def fresh(course: int | None) -> dict[str, Any]:
        """Initial values of an empty form."""
        return {"client_uuid": NoticeForm.new_mark(), "course": course}


class MoveForm(_WhenWhere):
    reason = sentence_field(_("为什么变动"), help_text=_("被邀请的人会读到这句话。"))

    @staticmethod
    def words_of(row: TrainingSession) -> dict[str, Any]:
        """Initial values from a stored session."""
        return {
            "version": row.version,
            "starts_at": row.starts_at,
            "ends_at": row.ends_at,
            "place": row.place,
            "trainer": row.trainer_id,
            "capacity": row.capacity,
        }

    def facts(self) -> dict[str, Any]:
        """Arguments for the verb."""
        return dict(self.cleaned_data)


class AnswerForm(forms.Form):
    """What the invited person answers."""

    coming = forms.BooleanField(required=False)
    reason = forms.CharField(max_length=200, required=False)


class CancelForm(VerbForm):
    reason = sentence_field(
        _("为什么取消"), _("请写明为什么取消。"), help_text=_("被邀请的人会读到这句话。")
    )


class HoldForm(VerbForm):
    remark = sentence_field(_("说明"), help_text=_("例如讲了哪些内容、有什么问题。"))


class NoteForm(VerbForm):
    person = _person(_("谁"), _("请选择一位在岗的同事。"))
    reason = sentence_field(
        _("为什么补登"),
        _("请写明为什么补登，例如「没带手机」。"),
        help_text=_("例如：没带手机。"),
    )


class StrikeForm(VerbForm):
    person = _person(_("谁"), _("请选择一位签到的人。"))
    reason = sentence_field(_("为什么取消签到"), _("请写明为什么取消签到。"))
