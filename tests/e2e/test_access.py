"""Every main page: axe finds nothing, nothing scrolls sideways, the browser complains of nothing.

Each is looked at on a phone and on a desk, in light and in dark; what patients read also at 200 %
and 400 %. `/api/docs/` stays out: it is
drawn by Swagger UI for programmers, not by us. The complaints of the browser (console, content
security policy) are judged by the `visitors` fixture.
"""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.visiting import DESK, PHONE, Visitors

AXE = Axe()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Light and dark are the same page in other colours: this is what colours can break.
RULES_OF_COLOUR = ["color-contrast", "link-in-text-block"]
# Page: who looks, and the address; {names} are the incidents of `stage`.
PAGES = {
    "login": (None, "/accounts/login/"),
    "public": (None, "/status/"),
    "without-network": (None, "/offline/zh-hans/"),
    "public-english": (None, "/status/?lang=en"),
    "public-large": (None, "/status/?size=2"),
    "screen": (None, "/screen/hall-1/"),
    "subscribe": (None, "/status/subscribe/"),
    "push": (None, "/status/push/"),
    "places": ("kefu", "/places/"),
    "place": ("guanli", "/places/1/"),
    "new-place": ("guanli", "/places/new/"),
    "report": ("chuangkou", "/report/"),
    "my-reports": ("kefu", "/reports/"),
    "received": ("kefu", "/incidents/{reported}/received/"),
    "my-contacts": ("zhiban", "/me/contacts/"),
    "people": ("guanli", "/people/"),
    "person": ("guanli", "/people/5/"),
    "new-person": ("guanli", "/people/new/"),
    "drills": ("yuanzhang", "/drills/"),
    "drill-controller": ("yuanzhang", "/drills/2/"),
    "drill-player": ("zhiban", "/drills/2/"),
    "drill-cast": ("yuanzhang", "/drills/2/cast/"),
    "drill-new": ("yuanzhang", "/drills/new/"),
    "drill-start": ("yuanzhang", "/drills/2/start/"),
    "drill-sheet": ("baowei", "/drills/1/sheet/"),
    "drill-record": ("shenji", "/drills/1/record/"),
    "drill-programme": ("guanli", "/drills/programme/"),
    "drill-planned": ("guanli", "/drills/programme/2/"),
    "drill-scenarios": ("guanli", "/drills/scenarios/"),
    "drill-scenario": ("guanli", "/drills/scenarios/core-switch-failure/"),
    "drill-upload": ("guanli", "/drills/scenarios/new/"),
    "departments": ("shenji", "/departments/"),
    "kits": ("guanli", "/kits/"),
    "kit": ("shoufei", "/kits/1/"),
    "department": ("guanli", "/departments/1/"),
    "groups": ("kefu", "/groups/"),
    "group": ("guanli", "/groups/1/"),
    "supplies": ("houqin", "/supplies/"),
    "supply": ("houqin", "/supplies/1/"),
    "supply-reader": ("shenji", "/supplies/1/"),
    "supplies-due": ("houqin", "/supplies/due/"),
    "supply-lend": ("houqin", "/supplies/1/lend/"),
    "supply-inspect": ("houqin", "/supplies/1/inspect/"),
    "supply-places": ("houqin", "/supplies/places/1/"),
    "supply-counts": ("houqin", "/supplies/counts/"),
    "supply-labels": ("houqin", "/supplies/labels/"),
    "supply-import": ("houqin", "/supplies/import/"),
    "fund": ("houqin", "/supplies/fund/"),
    "payment": ("houqin", "/supplies/payments/{payment}/"),
    "payment-auditor": ("shenji", "/supplies/payments/{payment}/"),
    "providers": ("houqin", "/supplies/suppliers/"),
    "supplies-of-incident": ("houqin", "/incidents/{repairing}/supplies/"),
    "issue-supplies": ("houqin", "/incidents/{repairing}/supplies/issue/"),
    "supplies-of-plan": ("guanli", "/plans/1/supplies/"),
    "import-roster": ("guanli", "/rosters/1/import/"),
    "first-steps": ("guanli", "/first-steps/"),
    "workload": ("guanli", "/duty/workload/"),
    "seats": ("guanli", "/groups/1/people/"),
    "duty": ("zhiban", "/duty/"),
    "rosters": ("guanli", "/rosters/"),
    "roster-week": ("zhiban", "/rosters/1/"),
    "roster-month": ("shoufei", "/rosters/1/?view=month"),
    "roster-arranged": ("guanli", "/rosters/1/"),
    "new-roster": ("guanli", "/rosters/new/"),
    "roster-rules": ("guanli", "/rosters/1/rules/"),
    "shift": ("guanli", "/rosters/1/shifts/2/"),
    "replacement": ("guanli", "/rosters/1/replacement/"),
    "holidays": ("guanli", "/duty/holidays/"),
    "holiday": ("guanli", "/duty/holidays/day/?date=2027-03-01"),
    "fill-holidays": ("guanli", "/duty/holidays/fill/?year=2028"),
    "ask-leave": ("zhiban", "/duty/leave/"),
    "ask-stand-in": ("xinxi", "/rosters/1/stand-in/"),
    "ask-swap": ("zhiban", "/rosters/1/swap/"),
    "dashboard": ("zhiban", "/dashboard/"),
    "incident-reported": ("zhiban", "/incidents/{reported}/"),
    "incident-repairing": ("zhiban", "/incidents/{repairing}/"),
    "incident-restoring": ("zhiban", "/incidents/{restoring}/"),
    "incident-cleaning": ("zhiban", "/incidents/{cleaning}/"),
    "incident-reviewing": ("xinxi", "/incidents/{reviewing}/"),
    "timeline": ("shenji", "/incidents/{reviewing}/timeline/"),
    "confirm": ("zhiban", "/incidents/{reported}/confirm/"),
    "refused": ("zhiban", "/incidents/{repairing}/confirm/"),
    "restore": ("zhiban", "/incidents/{repairing}/restore/"),
    "cleanup": ("zhiban", "/incidents/{cleaning}/cleanup/"),
    "paper": ("shoufei", "/incidents/{repairing}/paper/"),
    "batch": ("shoufei", "/paper/{batch}/"),
    "checks-one-at-a-time": ("zhiban", "/incidents/{repairing}/steps/"),
    "evidence-files": ("zhiban", "/incidents/{repairing}/files/"),
    "custody": ("zhiban", "/incidents/{repairing}/custody/"),
    "restoration": ("zhiban", "/incidents/{restoring}/restoration/"),
    "restoration-window": ("shoufei", "/incidents/{restoring}/restoration/"),
    "restoration-leader": ("yuanzhang", "/incidents/{cleaning}/restoration/"),
    "batches": ("shoufei", "/paper/"),
    "manual-on": ("yuanzhang", "/incidents/{repairing}/manual_on/"),
    "all-clear": ("yuanzhang", "/incidents/{cleaning}/all-clear/"),
    "drill-incident": ("yuanzhang", "/incidents/{drill}/"),
    "drill-control": ("yuanzhang", "/incidents/{drill}/drill/"),
    "drills-running": ("yuanzhang", "/incidents/drills/"),
    "drill-as-public": ("kefu", "/incidents/{drill}/notices/as-public/"),
    "call-downs": ("guanli", "/drills/call-down/"),
    "call-down": ("guanli", "/drills/call-down/{call_down}/"),
    "commander": ("yuanzhang", "/command/"),
    "my-orders": ("shoufei", "/orders/"),
    "notices": ("kefu", "/notices/"),
    "notices-of-incident": ("kefu", "/incidents/{repairing}/notices/"),
    "notice-draft": ("kefu", "/incidents/{confirmed}/notices/new/"),
    "sign": ("kefu", "/notices/{notice}/sign/"),
    "maintenances": ("kefu", "/notices/planned/"),
    "maintenance": ("zhiban", "/notices/planned/{planned}/"),
    "maintenance-form": ("kefu", "/notices/planned/new/"),
    "all-clear-told": ("yuanzhang", "/incidents/{reviewing}/all-clear/told/"),
    "figures": ("xinxi", "/figures/"),
    "inbox": ("zhiban", "/alerts/"),
    "posters": ("guanli", "/posters/"),
    "reviews": ("xinxi", "/reviews/"),
    "review": ("xinxi", "/incidents/{reviewing}/review/"),
    "review-collected": ("yuanzhang", "/incidents/{collected}/review/"),
    "actions": ("xinxi", "/actions/?state=all"),
    "action": ("yuanzhang", "/actions/{action}/"),
    "action-owner": ("shoufei", "/actions/{action}/"),
    "written-report": ("xinxi", "/incidents/{reviewing}/report/"),
    "law-report": ("zhiban", "/incidents/{attacked}/law/first/"),
    "plan": ("shenji", "/plan/"),
    "plan-reader": ("kefu", "/plan/"),
    "plans": ("guanli", "/plans/"),
    "plan-drafts": ("yuanzhang", "/plans/drafts/"),
    "plan-in-force": ("guanli", "/plans/1/"),
    "plan-in-review": ("yuanzhang", "/plans/{review}/"),
    "plan-comments": ("guanli", "/plans/{review}/"),
    "plan-sign": ("yuanzhang", "/plans/{review}/sign/"),
    "plan-publish": ("guanli", "/plans/{review}/publish/"),
    "plan-compare": ("kefu", "/plans/{draft}/compare/"),
    "plan-edit": ("guanli", "/plans/{draft}/edit/"),
    "plan-edit-part": ("guanli", "/plans/{draft}/edit/ladders/"),
    "plan-edit-item": ("guanli", "/plans/{draft}/edit/sections/item/?place=1"),
    "plan-submit": ("guanli", "/plans/{draft}/submit/"),
    "plan-bring-in": ("guanli", "/plans/bring-in/"),
    "coverage": ("yuanzhang", "/plans/{review}/coverage/"),
    "plan-readers": ("guanli", "/plans/1/readers/"),
    "guide": ("kefu", "/incidents/{repairing}/guide/"),
    "regrade": ("zhiban", "/incidents/{confirmed}/regrade/"),
    "command": ("yuanzhang", "/incidents/{confirmed}/command/"),
    "duty-feed": ("zhiban", "/duty/feed/"),
    "handover": ("zhiban", "/duty/handovers/{handover}/"),
    "directory": ("kefu", "/directory/"),
    "my-training": ("kefu", "/training/"),
    "training-sessions": ("yuanzhang", "/training/sessions/"),
    "training-session": ("shoufei", "/training/sessions/{training}/"),
    "training-session-guest": ("kefu", "/training/sessions/{training}/"),
    "training-plan": ("guanli", "/training/sessions/new/"),
    "training-invite": ("shoufei", "/training/sessions/{training}/invite/"),
    "training-wall": ("shoufei", "/training/sessions/{training}/code/"),
    "training-sign-in": ("kefu", "/training/sessions/{training}/sign-in/"),
    "training-past": ("guanli", "/training/sessions/past/"),
    "training-courses": ("shenji", "/training/courses/"),
    "training-course": ("guanli", "/training/courses/1/"),
    "training-new-course": ("guanli", "/training/courses/new/"),
    "training-contents": ("guanli", "/training/courses/2/contents/"),
    "training-question": ("guanli", "/training/courses/2/questions/new/"),
    "training-quiz": ("kefu", "/training/courses/2/quiz/"),
    "training-coverage": ("yuanzhang", "/training/coverage/"),
    "training-person": ("guanli", "/training/people/5/"),
    "channels": ("guanli", "/channels/"),
    "channel": ("guanli", "/channels/{channel}/"),
    "channel-reader": ("shenji", "/channels/{channel}/"),
    "new-channel": ("guanli", "/channels/new/phone_tree/"),
    "test-message": ("guanli", "/tests/{test}/"),
    "reachable": ("guanli", "/reachable/"),
    "to-ring": ("kefu", "/to-ring/"),
    "clocks": ("zhiban", "/clocks/"),
    "ladder": ("zhiban", "/incidents/{reported}/ladder/"),
    "reach": ("zhiban", "/incidents/{reported}/reach/"),
    "admin": ("guanli", "/dashboard/"),
}
DEVICES = {"phone": PHONE, "desk": DESK}
# A desk of 1280 × 1024 at 200 % and at 400 %: so much is left to what patients read.
ZOOMED = {"zoom-200": (640, 512), "zoom-400": (320, 256)}


@pytest.fixture(scope="module")
def stage(make_there: Any) -> dict[str, int]:
    """One incident in each state, graded so that those of other tests come before them."""
    return make_there(
        "{state: make.incident(state, level=3).pk for state in"
        " ('reported', 'confirmed', 'repairing', 'restoring', 'cleaning', 'reviewing')}"
        " | (lambda test: {'test': test.pk, 'channel': test.channel_id})"
        "(__import__('tests.notices.making_channels', fromlist=['x']).refused_test())"
        " | {'attacked': make.incident('confirmed', fault_type='attack', level=3).pk}"
        " | {status: make.plan(status, title=f'应急预案（{status}）').number for status in"
        " ('draft', 'review')}"
        " | {'drill': make.incident('repairing', level=3, is_drill=True, drill_speed=4).pk,"
        " 'call_down': __import__('drills.workflow', fromlist=['x']).begin_call_down("
        "by=make.person('admin'), groups=[make.group('fault')]).pk}"
        " | {'handover': __import__('tests.teams.making', fromlist=['x']).handover().pk,"
        " 'batch': __import__('tests.incidents.test_back_entry', fromlist=['x']).opened().pk}"
        " | {'training': __import__('tests.drills.training.teaching', fromlist=['x'])"
        ".session().pk, 'payment': __import__('tests.inventory.keeping', fromlist=['x'])"
        ".receipt_keys()['payment_with_receipt']}"
        " | (lambda made: {'notice': made.published(make.incident('confirmed', level=3)).pk,"
        " 'planned': made.planned('announced').pk})"
        "(__import__('tests.notices.making', fromlist=['x']))"
        " | (lambda made: {'collected': made.complete(make.incident('reviewing', level=3)).pk,"
        " 'action': made.owed(kind='plan').pk})"
        "(__import__('tests.reviews.written', fromlist=['x']))"
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_for_everybody(name: str, visitors: Visitors, stage: dict[str, int]):
    who, address = PAGES[name]
    visitor = visitors.person(who) if who else visitors.anonymous()
    page = visitor.go(address.format(**stage))
    settle(page)
    found: list[str] = []
    devices = DEVICES | (ZOOMED if who is None else {})
    for device, (width, height) in devices.items():
        page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            # What is fading in has no contrast of its own yet.
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            visitor.shoot(f"{name}-{device}-{scheme}")
            rules = RULES if scheme == "light" else RULES_OF_COLOUR
            found += [f"{device}, {scheme}: {words}" for words in problems(page, rules)]
    assert not found, "\n".join(found)


def settle(page: Page) -> None:
    """Wait for the parts that come by address (bell, notices, review)."""
    page.wait_for_load_state("load")
    expect(page.locator(".htmx-request")).to_have_count(0)


def problems(page: Page, rules: list[str]) -> list[str]:
    """What axe finds by these rules, or kinds of rules, and whether the page is too wide."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.axe_script)
    violations = page.evaluate(
        """rules => axe.run({resultTypes: ["violations"], runOnly: rules})
        .then(results => results.violations)""",
        rules,
    )
    found = [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in violations
        for node in rule["nodes"][:3]
    ]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wide > 0:
        found.append(f"scrolls sideways by {wide} px: {widest(page)}")
    return found


def widest(page: Page) -> list[str]:
    """The elements that stick out, for whoever must mend it."""
    return page.evaluate(
        """[...document.querySelectorAll("body *")]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 5)
        .map((element) => `${element.tagName}.${element.className}`)"""
    )
