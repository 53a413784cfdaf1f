"""A form for one item of a part, made from the part's own shape (`plans.form`).

What a field may hold is told once, there; here it only gets a control, a label and a hint.
"""

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from plans import editing, form, wording
from plans.composed import Either, Many, Part, Record, Terse
from plans.models import LEVELS, ChecklistItem, FaultType, Grade, Rung
from plans.names import Directory
from plans.shapes import Name, OneOf, Shape, Text, Truth, Whole
from teams.models import ContactPoint, Person, Role

# Longer than this wants room to be read while it is written.
_ONE_LINE = 80


def shape_of(part: str) -> Shape:
    """The shape of one item of a part; of the part itself where it is one value."""
    shape = form.PARTS[part].shape
    if part in form.KEYED:
        shape = shape.of  # type: ignore[attr-defined]
    return shape.of if isinstance(shape, Many) else shape


class ItemForm(forms.Form):
    """One item. `place` is where it stands (none: a new one), `mark` what it was when opened."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    place = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1)
    after = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    mark = forms.CharField(widget=forms.HiddenInput, required=False, max_length=16)

    def __init__(self, data: Any = None, *, part: str, names: Directory, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.part = part
        self.shape = shape_of(part)
        for name, known in self._parts().items():
            control = _field(name, known, names, part)
            if control is not None:
                self.fields[name] = control

    def _parts(self) -> dict[str, Part]:
        if isinstance(self.shape, Record):
            parts = dict(self.shape.parts)
            if self.part == "sections":
                # The number follows from the place.
                parts["depth"] = parts.pop("number")
            return parts
        if isinstance(self.shape, Terse):
            return dict(self.shape.record.parts)
        return {self.part: Part(self.shape)}

    def item(self) -> Any:
        """The item as the form of a version has it. Only of a valid form."""
        said = {name: self._value(name) for name in self._parts()}
        if isinstance(self.shape, Terse):
            return self.shape.short(said)
        if not isinstance(self.shape, Record):
            return said[self.part]
        said.pop("depth", None)
        return said

    @property
    def depth(self) -> int:
        return int(self.cleaned_data["depth"])

    def _value(self, name: str) -> Any:
        said = self.cleaned_data.get(name)
        if name == "to":
            return json.loads(said or "{}")
        if name in ("level", "level_if_yes", "provisional_level"):
            return int(said or 0)
        if name == "forms":
            return [line.strip() for line in (said or "").splitlines() if line.strip()]
        return said


def filled(part: str, item: Any) -> dict[str, Any]:
    """An item as initial values of its form."""
    if part == "checklists":
        return form.STEP.full(item)
    if part in form.OWN:
        return {part: item}
    said = dict(item)
    if part == "sections":
        said["depth"] = editing.depth(said)
    if part == "ladders":
        said["to"] = json.dumps(said["to"], ensure_ascii=False, sort_keys=True)
    if part == "service_cards":
        said["forms"] = "\n".join(said["forms"])
    return said


def _field(name: str, known: Part, names: Directory, part: str) -> forms.Field | None:
    shape = known.shape
    common: dict[str, Any] = {
        "label": wording.field_title(name),
        "help_text": _hint(part, name),
    }
    if name == "depth":
        return forms.ChoiceField(choices=_depths(), widget=forms.RadioSelect, **common)
    if name in ("level", "level_if_yes", "provisional_level"):
        levels = [(level, wording.said("level", level)) for level, _numeral in LEVELS]
        return forms.ChoiceField(choices=levels, widget=forms.RadioSelect, **common)
    if isinstance(shape, Text):
        return _text(shape, common)
    if isinstance(shape, Whole):
        return forms.IntegerField(
            min_value=shape.least,
            max_value=shape.most,
            required=not shape.null,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            **common,
        )
    if isinstance(shape, Name):
        choices = [("", _("请选择")), *((known, known) for known in names.known(shape.kind))]
        return forms.ChoiceField(choices=choices, **common)
    if isinstance(shape, Either):
        return forms.ChoiceField(choices=_targets(names), **common)
    if isinstance(shape, Truth):
        return forms.BooleanField(required=False, **common)
    if isinstance(shape, OneOf):
        if part == "checklists":
            common["initial"] = known.default
        choices = [(word, _word(name, word)) for word in shape.words]
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **common)
    if isinstance(shape, Many) and isinstance(shape.of, OneOf):
        return forms.MultipleChoiceField(
            choices=[(word, _word(name, word)) for word in shape.of.words],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            **common,
        )
    if isinstance(shape, Many):
        return forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 3}), **common)
    return None


def _text(shape: Text, common: dict[str, Any]) -> forms.Field:
    rows = 12 if shape.longest > 1000 else 4 if shape.lines else 2
    wide = shape.lines or shape.longest > _ONE_LINE
    return forms.CharField(
        max_length=shape.longest,
        required=not shape.blank,
        widget=forms.Textarea(attrs={"rows": rows}) if wide else forms.TextInput(),
        error_messages={"required": _("这里不能空着。")},
        **common,
    )


def _depths() -> list[tuple[int, str]]:
    return [(1, _("章（1）")), (2, _("条（1.1）")), (3, _("款（1.1.1）")), (4, _("项（1.1.1.1）"))]


def _targets(names: Directory) -> list[tuple[str, Any]]:
    """Whom a rung can reach, in groups of a list; the value is the target itself."""

    def choice(to: dict[str, Any], words: str) -> tuple[str, str]:
        return json.dumps(to, ensure_ascii=False, sort_keys=True), words

    people = Person.objects.filter(is_active=True).order_by("department__position", "pk")
    return [
        ("", _("请选择")),
        (_("值班表"), [choice(to, wording.target(to)) for to in _each(names, "roster")]),
        (
            _("小组"),
            [
                choice(to, wording.target(to))
                for group in names.known("group")
                for to in ({"group": group, "part": part} for part in Rung.Part.values)
            ],
        ),
        (
            _("角色"),
            [
                choice({"role": role}, wording.target({"role": role}))
                for role in Role.values
                if role != Role.AUDITOR
            ],
        ),
        (
            _("指定人员"),
            [
                choice({"person": person.username}, f"{person.name} {person.duty}".strip())
                for person in people
            ],
        ),
        choice({"reporter": True}, wording.target({"reporter": True})),
    ]


def _each(names: Directory, kind: str) -> list[dict[str, Any]]:
    return [{kind: name} for name in names.known(kind)]


def _word(name: str, word: str) -> str:
    if name == "channels":
        return str(ContactPoint.Kind(word).label)
    if name == "covers":
        return f"{word} {wording.demand(word)}"
    if name == "who":
        return str(ChecklistItem.Decider(word).label)
    if name == "evidence":
        return str(ChecklistItem.Need(word).label)
    if name == "approval":
        return str(Grade.Approval(word).label)
    return str(FaultType(word).label)


def _hint(part: str, name: str) -> str:
    """What a field's words leave open."""
    return {
        ("sections", "body"): _("可以用列表、表格、加粗等 Markdown 写法；不能用 HTML。"),
        ("sections", "covers"): _("这一条落实了哪些要求；发布前一眼看出缺哪项。"),
        ("grades", "acknowledge"): _("分钟，从报告算起；空着就不计时。"),
        ("grades", "confirm"): _("分钟，从报告算起；空着就不计时。"),
        ("grades", "command"): _("分钟，从报告算起；空着就不计时。"),
        ("grades", "read_back"): _("分钟，从下达指令算起。"),
        ("grades", "first_notice"): _("分钟，从报告算起；空着就不要求通知患者。"),
        ("grades", "next_notice"): _("分钟，从上一次通知算起。"),
        ("grades", "restore"): _("分钟，从报告算起。"),
        ("grades", "no_progress"): _("分钟；确认收到以后这么久没有进展，再次升级。"),
        ("grades", "repeat"): _("分钟；升级链走完还没有人确认，过这么久从头再叫。空着就不重来。"),
        ("grades", "go_manual"): _(
            "分钟；预计业务全停超过这么久，窗口就转手工模式。空着就不提醒。"
        ),
        ("grades", "receipt"): _(
            "分钟；科室要在这么久之内确认转手工、停用和解除。空着按 10 分钟。"
        ),
        ("grades", "ratify"): _("分钟；情况紧急先发布、后批准时，从发布算起。空着就不许先发布。"),
        ("ladders", "after"): _("前一步之后多少分钟还没有人确认，就走这一步。第一步是 0。"),
        ("ladders", "channels"): _("一个都不选，就按每个人自己的次序。"),
        ("ladders", "acknowledgers"): _("要几个不同的人确认收到，升级才停。"),
        ("ladders", "next_way"): _(
            "同一个人一种方式没有回应，多少秒后换下一种。"
            "空着按级别：Ⅰ级 60、Ⅱ级 90、Ⅲ级 180、Ⅳ级 600。"
        ),
        ("checklists", "evidence"): _("记为完成之前必须有的；一个都不选，写不写备注都行。"),
        ("checklists", "unit"): _("要填数值时写明单位，例如 MB、条、分钟。"),
        ("checklists", "minutes"): _("从有人接手算起；空着就不计时。"),
        ("checklists", "branch"): _("例如：切换备用设备失败，才联系厂商。"),
        ("service_cards", "forms"): _("每行一种。"),
        ("notice_templates", "affected"): _("{业务} 和 {地点} 会换成这起故障的业务和地点。"),
        ("notice_templates", "fault_types"): _("一个都不选，就适用于各类故障。"),
        ("notice_templates", "affected_en"): _("不写英文，英文版就用一句通用的话。"),
        ("clocks", "fault_types"): _("一个都不选，就适用于各类故障。"),
        ("clocks", "source"): _("法规名称和条文。这里只作提醒，不是法律意见。"),
        ("signatures", "signatures"): _(
            "下一版要领导小组几个人签字才算批准，其中必须有组长或代理组长。"
        ),
    }.get((part, name), "")
