"""The frame: links by role, no query of its own, error pages that need nothing."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from ops.context import PLACES, Shell
from teams.models import Person, Role


def shell(*roles, path="/", is_staff=False):
    request = RequestFactory().get(path)
    request.user = Person(username="x", name="甲", roles=list(roles), is_staff=is_staff)
    return Shell(request)


def nav(*roles, path="/", is_staff=False):
    (found,) = shell(*roles, path=path, is_staff=is_staff).nav
    return found


def names(links):
    return [str(link.label) for link in links]


def test_the_frame_asks_the_database_nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        frame = nav(Role.IT, Role.ADMIN, is_staff=True)
        assert frame.links
        assert frame.references


@pytest.mark.parametrize(
    ("role", "first"),
    [
        (Role.IT, "值守大盘"),
        (Role.LEADER, "指挥"),
        (Role.DEPARTMENT, "我的指令"),
        (Role.LOGISTICS, "我的指令"),
    ],
)
def test_the_main_job_of_a_role_stands_first_under_the_thumb(role, first):
    assert names(nav(role).links)[0] == first


def test_every_role_finds_the_reference_pages():
    for role in Role:
        assert {"预案", "通讯录", "服务状态"} <= set(names(nav(role).references))


def test_an_auditor_is_offered_nothing_that_acts_whatever_else_they_are():
    offered = names(nav(Role.AUDITOR, Role.IT).links)
    assert offered == names(nav(Role.AUDITOR).links)
    assert "报障" not in offered


def test_administration_is_offered_to_staff_of_the_admin_only():
    assert "管理" in names(nav(Role.ADMIN, is_staff=True).references)
    assert "管理" not in names(nav(Role.IT).references)


def test_exactly_the_page_that_is_shown_is_marked():
    frame = nav(Role.IT, path="/dashboard/")
    marked = [link for link in frame.links + frame.references if link.is_here]
    assert names(marked) == ["值守大盘"]


def test_every_place_is_for_somebody():
    assert all(place.roles <= set(Role) and place.roles for place in PLACES)


@pytest.mark.parametrize("page", ["400.html", "500.html", "503.html"])
def test_error_pages_are_drawn_without_context_and_database(page, settings):
    # No `db` fixture: pytest-django refuses any query here.
    drawn = render_to_string(page)
    assert settings.DUTY_PHONE in drawn
    assert settings.HOSPITAL_NAME in drawn


def test_a_missing_page_says_so_plainly_and_asks_the_database_nothing(client, settings):
    settings.DEBUG = False
    answer = client.get("/there-is-no-such-page/")
    assert answer.status_code == 404
    text = answer.content.decode()
    assert "没有这个页面" in text
    assert "there-is-no-such-page" not in text


def test_every_error_page_speaks_of_what_to_do(settings):
    for page in (
        "400.html",
        "403.html",
        "403_form.html",
        "404.html",
        "429.html",
        "500.html",
        "503.html",
    ):
        drawn = render_to_string(page)
        assert settings.DUTY_PHONE in drawn, page
        assert "data-refused" in drawn, page


def test_a_refusal_may_say_why_in_words():
    assert "只有领导小组" in render_to_string("403.html", {"happened": "只有领导小组可以下令。"})
