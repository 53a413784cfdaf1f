"""Forms of a course's materials and questions, and of answering them."""

import uuid
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from drills.training.models import Course, Question

_MARK = ("*", "＊", "✓", "√")


class MaterialForm(forms.Form):
    file = forms.FileField(
        label=_("文件"),
        help_text=_("图片、PDF、文本、Word/Excel/PPT 文档或压缩包。"),
        error_messages={"required": _("请选择一个文件。"), "empty": _("这个文件是空的。")},
    )
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class QuestionForm(forms.Form):
    text = forms.CharField(
        label=_("题目"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("请写题目。")},
    )
    options = forms.CharField(
        label=_("选项"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("一行一个；正确的前面写 *。有几个正确就写几个 *，答题时可以多选。"),
        error_messages={"required": _("请写 2 到 8 个选项，一行一个。")},
    )
    explanation = forms.CharField(
        label=_("解释"), max_length=300, required=False, help_text=_("交卷之后看到。")
    )

    def facts(self) -> dict[str, Any]:
        """Arguments for the verb."""
        options: list[str] = []
        right: list[int] = []
        for line in filter(None, map(str.strip, self.cleaned_data["options"].splitlines())):
            if line.startswith(_MARK):
                right.append(len(options))
                line = line[1:].strip()
            options.append(line)
        return {
            "text": self.cleaned_data["text"],
            "options": options,
            "right": right,
            "explanation": self.cleaned_data["explanation"],
        }

    @staticmethod
    def words_of(question: Question) -> dict[str, Any]:
        """Initial values from a stored question."""
        lines = [
            f"* {option}" if place in question.right else option
            for place, option in enumerate(question.options)
        ]
        return {
            "text": question.text,
            "options": "\n".join(lines),
            "explanation": question.explanation,
        }


class QuizForm(forms.Form):
    """The questions of a course. Which must be answered, the verb says."""

    client_uuid = forms.UUIDField(widget=forms.HiddenInput, required=False)
    quiz_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, course: Course, questions: list[Question], data: Any = None) -> None:
        initial = {"client_uuid": uuid.uuid4(), "quiz_version": course.quiz_version}
        super().__init__(data, initial=initial)
        self.questions = questions
        for number, question in enumerate(questions, start=1):
            several = question.has_several
            made = forms.MultipleChoiceField if several else forms.ChoiceField
            label = f"{number}. {question.text}"
            self.fields[f"q{question.pk}"] = made(
                label=label,
                choices=[(str(place), words) for place, words in enumerate(question.options)],
                widget=forms.CheckboxSelectMultiple if several else forms.RadioSelect,
                required=False,
                help_text=_("可以选几个") if several else "",
                error_messages={"invalid_choice": _("请重新选择。")},
            )
            # Each must be answered, so none is called optional.
            self.fields[f"q{question.pk}"].is_one_of = True  # type: ignore[attr-defined]

    def answers(self) -> dict[int, list[int]]:
        """Chosen places by the question's key, for the verb."""
        found = {}
        for question in self.questions:
            given = self.cleaned_data.get(f"q{question.pk}") or []
            given = [given] if isinstance(given, str) else given
            found[question.pk] = [int(place) for place in given]
        return found

    def see(self, version: int) -> None:
        """The questions as they are now; what was ticked is sent on top of them."""
        data = cast(QueryDict, self.data).copy()
        data["quiz_version"] = str(version)
        self.data = data
