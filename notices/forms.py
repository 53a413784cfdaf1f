"""Forms for patient notices: their shape. The rules are the verbs' own."""

import uuid
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from journal.moments import within_memory
from notices.models import Notice
from notices.surfaces.names import in_english
from notices.workflow.facts import Facts, interval_of
from plans.models import NoticeTemplate
from teams.models import Service

# Phones give and take the device's local time in this form.
MOMENT = "%Y-%m-%dT%H:%M"


def moment_field(label: Any, missing: Any = "", **options: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        input_formats=[MOMENT, "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=MOMENT),
        required=bool(missing),
        validators=[within_memory],
        error_messages={
            "required": missing,
            "invalid": _("请写成日期和时间，例如 2026-11-23 10:45。"),
        },
        **options,
    )


def sentence_field(label: Any, missing: Any = "", **options: Any) -> forms.CharField:
    """A sentence or two; `missing` is what is said where a compulsory one is not there."""
    return forms.CharField(
        label=label,
        widget=forms.Textarea(attrs={"rows": 2}),
        required=bool(missing),
        error_messages={"required": missing},
        **options,
    )


class VerbForm(forms.Form):
    """What every verb asks: the version that the person saw, empty where there was none yet."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def refuse(self, fields: dict[str, Any]) -> None:
        """Put a verb's sentences at their fields, those of no field at the top."""
        for name, sentence in fields.items():
            self.add_error(name if name in self.fields else None, sentence)

    def see(self, version: int) -> None:
        """The person is shown the newer version: what was typed is sent on top of that one."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data


class WordsForm(VerbForm):
    """What patients are told of a notice or of planned maintenance."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    affected = sentence_field(
        _("什么用不了"),
        _("请写明什么用不了。"),
        help_text=_("用患者的话，例如：窗口和自助机暂时不能挂号、缴费。"),
    )
    services = forms.ModelMultipleChoiceField(
        label=_("受影响的业务"),
        queryset=Service.objects.filter(is_public=True),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    advice = sentence_field(_("患者怎么办"), _("请写明患者怎么办。"))
    where_to_go = sentence_field(_("去哪里办"))
    emergency = forms.CharField(
        label=_("急诊情况"),
        initial=_("急诊照常接诊"),
        error_messages={"required": _("请写明急诊的情况。")},
    )
    contact = forms.CharField(label=_("咨询电话或地点"), required=False)
    affected_en = sentence_field(_("什么用不了（英文）"), help_text=_("空着就用一句通用的英文。"))
    advice_en = sentence_field(_("患者怎么办（英文）"))
    where_en = sentence_field(_("去哪里办（英文）"))
    emergency_en = forms.CharField(label=_("急诊情况（英文）"), required=False)

    # Enough for a minute on a phone; the rest stands behind folds with what is known filled in.
    MAIN: tuple[str, ...] = ()
    MORE: tuple[str, ...] = ()
    ENGLISH = ("affected_en", "advice_en", "where_en", "emergency_en")

    @classmethod
    def shown(cls) -> tuple[str, ...]:
        """Names of the fields that say something to patients."""
        return (*cls.MAIN, *cls.MORE, *cls.ENGLISH)

    @staticmethod
    def new_mark() -> uuid.UUID:
        """The form's own mark: sent twice, it makes one row."""
        return uuid.uuid4()

    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MAIN]

    def more_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.MORE]

    def english_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.ENGLISH]

    @property
    def more_is_wrong(self) -> bool:
        """Something behind the fold must be mended: it may not stay hidden."""
        return any(name in self.errors for name in self.MORE)

    @property
    def english_is_wrong(self) -> bool:
        return any(name in self.errors for name in self.ENGLISH)

    def said(self) -> dict[str, Any]:
        """The facts that the form says; what does not hold yet, or was not asked, stays out."""
        said = {name: self.cleaned_data[name] for name in self.shown() if name in self.cleaned_data}
        empty = {"affected": "", "advice": "", "emergency": ""}
        return {**empty, **said, "services": list(said.pop("services", ()))}


class NoticeForm(WordsForm):
    """What patients are told of a fault."""

    next_update_at = moment_field(
        _("下次通报时间"),
        _("请写明下次通报的时间，患者会等着看。"),
        help_text=_("必填。到时没有消息也要说一声。"),
    )
    expected_from = moment_field(_("预计最早恢复"))
    expected_to = moment_field(
        _("预计最晚恢复"),
        help_text=_("没有把握就两个都不填，会显示「暂时无法估计」。"),
    )
    since = moment_field(_("从什么时候开始"))
    correction = sentence_field(
        _("更正了什么"),
        help_text=_("前一版说错了才写，患者会看到，例如：办理地点应为二层，不是一层。"),
    )

    MAIN = ("affected", "services", "advice", "where_to_go", "next_update_at")
    MORE = ("emergency", "expected_from", "expected_to", "since", "contact")

    def __init__(self, *args: Any, corrects: bool = False, **kwargs: Any) -> None:
        """`corrects`: there is a notice before this one, in which something may have been wrong."""
        super().__init__(*args, **kwargs)
        # While it lasts; of what is planned it is said ahead.
        self.fields["advice"].label = _("现在怎么办")
        self.fields["advice_en"].label = _("现在怎么办（英文）")
        self.fields["advice"].help_text = _("例如：请先取号排队，工作人员会用手工方式办理。")
        self.fields["advice"].error_messages["required"] = _("请写明患者现在怎么办。")
        self.corrects = corrects
        if not corrects:
            del self.fields["correction"]

    @classmethod
    def shown(cls) -> tuple[str, ...]:
        return (*super().shown(), "correction")

    def main_fields(self) -> list[forms.BoundField]:
        first = [self["correction"]] if self.corrects else []
        return [*first, *super().main_fields()]

    def facts(self) -> Facts:
        """The facts of the form, as far as they hold."""
        return Facts(**{"next_update_at": None, **self.said()})


class PublishForm(VerbForm):
    next_update_at = moment_field(_("下次通报时间"), _("请写明下次通报的时间，患者会等着看。"))


class UrgentForm(PublishForm):
    reason = sentence_field(
        _("为什么来不及先批准"),
        _("请写明为什么来不及先批准。"),
        max_length=200,
        help_text=_("例如：大厅已有上百人排队，批准人都联系不上。"),
    )


class EndForm(VerbForm):
    text = sentence_field(
        _("现在的情况"),
        _("请写明现在的情况，例如「挂号、缴费已恢复正常」。"),
        max_length=200,
        help_text=_("患者会看到，例如：挂号、缴费已恢复正常，感谢您的耐心等候。"),
    )
    text_en = sentence_field(_("现在的情况（英文）"), max_length=300)


class WithdrawForm(VerbForm):
    reason = sentence_field(
        _("撤回理由"),
        _("请写明为什么撤回。"),
        max_length=200,
        help_text=_("已经发布过的，患者也会看到，请用患者的话。"),
    )


def first_words(
    incident: Incident, at: datetime, template: NoticeTemplate | None = None
) -> dict[str, Any]:
    """Initial values of a first notice: what the report says already, in the plan's words.

    `template` is of the version that the incident pins; its `{业务}` and `{地点}` are filled in.
    """
    services = [service for service in incident.services.all() if service.is_public]
    what = "、".join(service.name for service in services)
    where = incident.location or (incident.department.name if incident.department else "")
    spoken_before = Notice.objects.exclude(contact="").order_by("-pk").first()
    words: dict[str, Any] = {
        "affected": _("%(where)s暂时不能办理%(what)s。") % {"where": where, "what": what}
        if what
        else "",
        # The number that patients were given the last time is most likely right.
        "contact": spoken_before.contact if spoken_before else "",
    }
    if template is not None:
        known = {"{业务}": what or str(_("部分业务")), "{地点}": where or str(_("院内"))}
        words |= {
            "affected": _filled(template.affected, known),
            "advice": _filled(template.advice, known),
            "where_to_go": _filled(template.where, known),
            "emergency": _filled(template.emergency, known),
            "contact": template.contact or words["contact"],
            **_english(template, services),
        }
    return {
        "client_uuid": NoticeForm.new_mark(),
        "services": [service.pk for service in services],
        "since": incident.began_at,
        "next_update_at": next_update(incident, at),
        **words,
    }


def _english(template: NoticeTemplate, services: list[Service]) -> dict[str, str]:
    """The template's English; where a service has no English name, what it says of services is left
    to the sentence that holds for any."""
    names = [in_english(service.name) for service in services]
    known = {"{业务}": ", ".join(names).capitalize() if names else "Some services"}
    words = {name: getattr(template, name) for name in ("affected_en", "advice_en", "where_en")}
    words |= {"emergency_en": template.emergency_en}
    words = {name: _filled(text, known) for name, text in words.items()}
    if not all(names):
        words = {n: "" if "{业务}" in getattr(template, n) else t for n, t in words.items()}
    # A place is known in Chinese only.
    return {name: "" if "{地点}" in text else text for name, text in words.items()}


def _filled(text: str, known: dict[str, str]) -> str:
    """A template's words with what is known of the incident put in."""
    for place, word in known.items():
        text = text.replace(place, word)
    return text


def words_of(notice: Notice, at: datetime) -> dict[str, Any]:
    """Initial values from a stored notice; a promise that is past or too near is made anew."""
    facts = Facts.of(notice)
    values: dict[str, Any] = {name: getattr(facts, name) for name in NoticeForm.shown()}
    values["services"] = [service.pk for service in facts.services]
    values["version"] = notice.version
    if notice.state == Notice.State.PUBLISHED:
        # What the one before corrected is not corrected again.
        values["correction"] = ""
    if notice.state == Notice.State.PUBLISHED or notice.next_update_at <= at:
        values["next_update_at"] = next_update(notice.incident, at)
    if notice.expected_to is not None and notice.expected_to <= at:
        values["expected_from"] = values["expected_to"] = None
    return values


def next_update(incident: Incident, at: datetime) -> datetime:
    """The latest promise that the grade allows, in whole minutes."""
    interval = min(interval_of(incident), timedelta(hours=1))
    return (at + interval).replace(second=0, microsecond=0)
