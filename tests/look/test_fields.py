"""A form as every page draws it: label, hint and error belong to their control."""

import re

import pytest
from django import forms
from django.template.loader import render_to_string


class Sample(forms.Form):
    place = forms.CharField(label="哪里", help_text="窗口号")
    what = forms.MultipleChoiceField(
        label="什么用不了",
        choices=[("a", "挂号"), ("b", "缴费")],
        widget=forms.CheckboxSelectMultiple,
    )
    waiting = forms.IntegerField(label="多少人在等", min_value=0, required=False)
    sure = forms.BooleanField(label="确定", help_text="想好再按")
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.fixture
def wrong():
    return Sample({"what": ["b"], "waiting": "-3"})


def test_what_describes_a_control_is_on_the_page(wrong):
    drawn = str(wrong)
    ids = set(re.findall(r'\bid="([^"]+)"', drawn))
    described = re.findall(r'aria-describedby="([^"]+)"', drawn)
    assert described
    for names in described:
        assert set(names.split()) <= ids


def test_an_error_stands_at_its_field_and_at_the_top_with_the_way_to_it(wrong):
    drawn = str(wrong)
    top = render_to_string("parts/form_errors.html", {"form": wrong})
    ids = set(re.findall(r'\bid="([^"]+)"', drawn))
    links = re.findall(r'href="#([^"]+)"', top)
    assert links == ["id_place", "id_waiting", "id_sure"]
    assert set(links) <= ids
    assert drawn.count("field--wrong") == 3


def test_what_was_typed_is_still_there(wrong):
    drawn = str(wrong)
    assert re.search(r'value="b" id="id_what_1" checked', drawn)
    assert 'value="-3"' in drawn


def test_a_form_without_errors_has_no_summary():
    assert render_to_string("parts/form_errors.html", {"form": Sample()}).strip() == ""


def test_a_number_works_without_javascript():
    drawn = str(Sample(initial={"waiting": 20}))
    assert re.search(
        r'<input class="number__field" type="number"[^>]*name="waiting" value="20"', drawn
    )
    assert drawn.count("number__step needs-js") == 2


def test_hidden_fields_are_drawn_once():
    assert str(Sample()).count('name="secret"') == 1


def test_a_select_shows_what_was_chosen_its_groups_and_nothing_as_markup():
    class Chosen(forms.Form):
        to = forms.ChoiceField(
            choices=[("", "请选择"), ("门诊", [("1", "挂号 <处>"), ("2", "收费处")])]
        )

    drawn = str(Chosen({"to": "2"})["to"])
    assert re.findall(r'<option value="([^"]*)"( selected)?', drawn) == [
        ("", ""),
        ("1", ""),
        ("2", " selected"),
    ]
    assert '<optgroup label="门诊">' in drawn
    assert "挂号 &lt;处&gt;" in drawn
