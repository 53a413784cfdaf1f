"""Signing in to a training in the browser: the code on the wall, a phone that signs in first."""

import time
from typing import Any

from playwright.sync_api import expect

from drills.training.codes import STEP
from ops import demo
from tests.e2e.visiting import PHONE, Visitors


def test_a_phone_scans_the_code_signs_in_and_is_on_the_trainers_list(
    visitors: Visitors, make_there: Any
):
    made = make_there("__import__('tests.drills.training.teaching', fromlist=['x']).arrangement()")
    trainer = visitors.person("zhiban")
    wall = trainer.go(f"/training/sessions/{made['pk']}/")
    wall.get_by_role("link", name="打开签到码").click()
    code = wall.get_by_role("img", name="签到码")
    expect(code).to_be_visible()
    first = code.inner_html()
    trainer.shoot("training-wall")

    phone = visitors.anonymous(size=PHONE)
    page = phone.go(made["codes"][str(int(time.time()) // STEP)])
    page.get_by_label("用户名").fill("kefu")
    page.get_by_label("密码").fill(demo.PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name=made["course"])).to_be_visible()
    page.get_by_role("button", name="签到", exact=True).click()
    expect(page.locator(".signed")).to_contain_text("已签到")
    phone.shoot("training-signed-in")

    # The trainer's page asks by itself: the name comes, and the code changes.
    expect(wall.locator(".wall")).to_contain_text("周晓雯")
    expect(code).not_to_have_js_property("innerHTML", first, timeout=3 * STEP * 1000)
    old = phone.context.request.get(made["codes"][str(int(time.time()) // STEP - 3)])
    assert old.status == 410
