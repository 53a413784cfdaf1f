"""Rosters in a real browser: dragging opens the form filled in; keys; the phone's list."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.visiting import PHONE, Visitors

pytestmark = pytest.mark.e2e


def test_dragging_opens_the_form_filled_in_and_changes_nothing(visitors: Visitors):
    page = visitors.person("guanli").go("/rosters/1/?view=month")
    page.get_by_role("link", name="下个月").click()
    shift = page.locator("[data-shift][draggable=true]:not(.spell--carried)").nth(4)
    name = page.locator("#crew [data-person]").first
    key, person = shift.get_attribute("data-shift"), name.get_attribute("data-person")
    name.drag_to(shift)
    page.wait_for_url(re.compile(rf"/stand-in/\?duty={key}&to={person}$"))
    expect(page.locator("#id_stand_in")).to_have_value(str(person))
    expect(page.locator("#id_starts_at")).not_to_have_value("")
    page.go_back()
    other = page.locator("[data-shift][draggable=true]:not(.spell--carried)").nth(9)
    with_key = other.get_attribute("data-shift")
    shift.drag_to(other)
    page.wait_for_url(re.compile(rf"/swap/\?duty={key}&with={with_key}$"))
    expect(page.locator("#id_mine")).to_have_value(str(key))
    expect(page.locator("#id_theirs")).to_have_value(str(with_key))


def test_keys_move_from_shift_to_shift(visitors: Visitors):
    page = visitors.person("guanli").go("/rosters/1/")
    page.keyboard.press("j")
    expect(page.locator("[data-row] [data-row-link]").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/stand-in/\?duty=\d+$"))


def test_a_phone_shows_one_day_under_another_and_nothing_to_drag(visitors: Visitors):
    page = visitors.person("guanli", size=PHONE).go("/rosters/1/")
    days = page.locator(".day")
    first, second = days.nth(0).bounding_box(), days.nth(1).bounding_box()
    assert first is not None
    assert second is not None
    assert first["x"] == second["x"]
    assert second["y"] > first["y"]
    expect(page.locator("#crew")).to_be_hidden()
