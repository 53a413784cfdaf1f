"""Every address of the product × every role, allowed or refused; an unlisted address fails.

Allowed means that the request gets past the permission, whatever it then says about the form or
the state. Refused is 403; for somebody who is not signed in the sign-in page, 401 or 403.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

import drills.workflow
import plans.workflow
from incidents import workflow
from incidents.models import AllClear, Check, Deadline, Incident, Order
from incidents.views.doors import DOORS
from inventory.views.doors import DOORS as SUPPLY_DOORS
from plans.views.doors import DOORS as PLAN_DOORS
from tests import make
from tests.drills import practising
from tests.drills.training import teaching
from tests.inventory import keeping
from tests.lasting import lasting
from tests.notices.making import drafted, planned
from tests.teams import making

pytestmark = pytest.mark.django_db

ROLES = ("cs", "it", "leader", "department", "logistics", "admin", "auditor")
EVERYBODY = frozenset(ROLES)
ACTING = EVERYBODY - {"auditor"}
ANYBODY = EVERYBODY | {"anonymous"}
# Who lets all drills stand (heads of groups, administrators); and who one, having begun it.
LEADS = ("leader", "logistics", "admin")
CONTROLS = ("cs", *LEADS)


@dataclass(frozen=True)
class Row:
    """Who gets past the permission of one address, and how it is asked."""

    allowed: frozenset[str]
    post: Any = None
    arguments: dict[str, Any] = field(default_factory=dict)


def get(*roles: str, **arguments: Any) -> Row:
    return Row(frozenset(roles), arguments=arguments)


def post(*roles: str, said: Any = None, **arguments: Any) -> Row:
    return Row(frozenset(roles), post=said or {}, arguments=arguments)


MAINTENANCE = {
    "title": "x",
    "affected": "x",
    "advice": "x",
    "services": "some_services",
    "starts_at": "2099-01-01T00:00:00Z",
    "ends_at": "2099-01-01T01:00:00Z",
}
# Who opens a verb of an incident, where it is not IT.
VERBS_OF = {
    "waive_notice": "cs",
    "change_plan": "leader",
    "manual_on": "leader",
    "manual_off": "leader",
    "all_clear": "leader",
}
# And who is asked beside them.
ALSO = {"fail_restoration": ("department",)}
# Who opens a verb of the plan, where it is not the administrators alone.
PLAN_VERBS_OF = {"sign": ("leader",), "withdraw": ("admin", "leader")}

TABLE: dict[str, Row | list[Row]] = {
    # Without a sign-in: the public page, sign-in, health.
    "notices:public": get(*ANYBODY),
    "notices:public_json": get(*ANYBODY),
    "notices:public_atom": get(*ANYBODY),
    "notices:public_rss": get(*ANYBODY),
    "notices:subscribe": [get(*ANYBODY), post(*ANYBODY, said={"address": "x"})],
    "notices:confirm_subscription": [
        get(*ANYBODY, token="1-x"),
        post(*ANYBODY, token="1-x"),
    ],
    "notices:unsubscribe": [get(*ANYBODY, token="1-x"), post(*ANYBODY, token="1-x")],
    "notices:push": get(*ANYBODY),
    "notices:push_worker": get(*ANYBODY),
    "notices:begin_push": post(*ANYBODY, said={"endpoint": "x"}),
    "notices:end_push": post(*ANYBODY, said={"endpoint": "x"}),
    "notices:whole_screen": get(*ANYBODY),
    "notices:screen": get(*ANYBODY, slug="hall-1"),
    "notices:screen_worker": get(*ANYBODY),
    "notices:screen_seen": post(*ANYBODY, slug="hall-1", said={"device": "x"}),
    "live": get(*ANYBODY),
    "ready": get(*ANYBODY),
    "account_login": get(*ANYBODY),
    "account_logout": get(*ANYBODY),
    "account_inactive": get(*ANYBODY),
    "set_language": post(*ANYBODY),
    # The test's client comes from this machine; others: tests/ops/test_reachable.py.
    "metrics": get(*ANYBODY),
    # What a device is installed from; `session` tells nobody's name.
    "worker": get(*ANYBODY),
    "manifest": get(*ANYBODY, language="en"),
    "offline": get(*ANYBODY, language="zh-hans"),
    "session": get(*ANYBODY),
    "reachable": get("it", "admin", "auditor"),
    "restored_checked": post("it", "admin"),
    "reachable_line": get(*EVERYBODY),
    # For everybody who is signed in.
    "home": get(*EVERYBODY),
    "first_steps": get("admin", "auditor"),
    "account_change_password": get(*EVERYBODY),
    "account_reauthenticate": get(*EVERYBODY),
    "teams:directory": get(*EVERYBODY),
    "teams:duty": get(*EVERYBODY),
    "teams:on_now": get(*EVERYBODY),
    "teams:duty_feed": [get(*EVERYBODY), post(*ACTING)],
    "teams:duty_calendar": get(*ANYBODY, secret="x"),
    "teams:rosters": get(*EVERYBODY),
    "teams:roster": get(*EVERYBODY, pk="roster"),
    "teams:new_roster": [get("admin"), post("admin", said={"name": "x"})],
    "teams:roster_rules": [get("admin", pk="roster"), post("admin", pk="roster")],
    "teams:undo_roster": post("admin", pk="roster"),
    "teams:new_layer": [get("admin", pk="roster"), post("admin", pk="roster")],
    "teams:layer": [get("admin", pk="roster", number=1), post("admin", pk="roster", number=1)],
    "teams:remove_layer": post("admin", pk="roster", number=1),
    # And the heads of the roster's group: tests/teams/test_roster_rules_pages.py.
    "teams:replace_people": [get("admin", pk="roster"), post("admin", pk="roster")],
    "teams:end_replacement": post("admin", pk="replacement"),
    "teams:holidays": get(*EVERYBODY),
    "teams:holiday": [get("admin"), post("admin")],
    "teams:fill_holidays": [get("admin"), post("admin")],
    "teams:ask_stand_in": [get(*ACTING, pk="roster"), post(*ACTING, pk="roster")],
    "teams:ask_swap": [get(*ACTING, pk="roster"), post(*ACTING, pk="roster")],
    "teams:ask_leave": [get(*ACTING), post(*ACTING, said={"reason": "x"})],
    # Of somebody in the logistics group, whose head decides.
    "teams:leave": get("admin", "auditor", "logistics", pk="leave"),
    "teams:leave_verb": [
        post("admin", "logistics", pk="leave", verb="approve"),
        post("admin", "logistics", pk="leave", verb="refuse", said={"reason": "x"}),
        post("admin", "logistics", pk="leave", verb="withdraw"),
    ],
    # Tests of each role: tests/teams/test_duty_requests.py.
    "teams:stand_in": get("admin", "auditor", pk="stand_in"),
    "teams:stand_in_verb": [
        post(pk="stand_in", verb="accept"),
        post(pk="stand_in", verb="decline", said={"reason": "x"}),
        post("admin", pk="stand_in", verb="approve"),
        post("admin", pk="stand_in", verb="refuse", said={"reason": "x"}),
        post("admin", pk="stand_in", verb="withdraw"),
        post("admin", pk="stand_in", verb="cancel", said={"reason": "x"}),
    ],
    "incidents:handover": [get(*EVERYBODY, pk="handover"), post("admin", pk="handover")],
    "teams:my_contacts": [
        get(*EVERYBODY),
        post(*ACTING, said={"kind": "phone", "address": "8999"}),
    ],
    "teams:person": get(*EVERYBODY, pk="person"),
    "teams:people": get("admin", "auditor"),
    "teams:new_person": [get("admin"), post("admin", said={"username": "neu", "name": "新人"})],
    "teams:change_person": [get("admin", pk="person"), post("admin", pk="person")],
    "teams:person_verb": post("admin", pk="person", verb="new_password"),
    "teams:reveal": post("it", "leader", "admin", pk="person", said={"reason": "x"}),
    "teams:departments": get("admin", "auditor"),
    "teams:department": [
        get("admin", "auditor", pk="place"),
        post("admin", pk="place", said={"name": "x"}),
    ],
    "teams:new_department": [get("admin"), post("admin", said={"name": "药房"})],
    "teams:department_verb": post("admin", pk="place", verb="switch_off"),
    "teams:groups": get(*EVERYBODY),
    "teams:group": get(*EVERYBODY, pk="group"),
    "teams:new_group": [get("admin"), post("admin", said={"name": "疏导组", "duty": "x"})],
    "teams:change_group": [get("admin", pk="group"), post("admin", pk="group")],
    "teams:seat_group": [get("admin", pk="group"), post("admin", pk="group")],
    "teams:group_verb": post("admin", pk="group", verb="switch_off"),
    "teams:roster_sheet": get(*EVERYBODY, pk="roster"),
    "teams:roster_template": get("admin", pk="roster"),
    "teams:import_roster": [get("admin", pk="roster"), post("admin", pk="roster")],
    "teams:import_preview": [
        get("admin", pk="roster", kept_pk=1),
        post("admin", pk="roster", kept_pk=1),
    ],
    "teams:drop_import": post("admin", pk="roster", kept_pk=1),
    "teams:workload": get(*EVERYBODY),
    "reviews:figures": get(*EVERYBODY),
    # Who plays in a drill must not know what comes: tests/drills.
    "drills:call_downs": [get(*LEADS, "auditor"), post(*LEADS, said={"minutes": "5"})],
    "drills:call_down": get(*LEADS, "auditor", pk="call_down"),
    "drills:call_down_verb": [post(*LEADS, pk="call_down", verb=verb) for verb in ("again", "end")],
    "api:call-down-list": [get(*LEADS, "auditor"), post(*LEADS, said={"minutes": 5})],
    "api:call-down-detail": get(*LEADS, "auditor", pk="call_down"),
    "api:call-down-again": post(*LEADS, pk="call_down"),
    "api:call-down-end": post(*LEADS, pk="call_down"),
    "drills:programme": get("leader", "logistics", "admin", "auditor"),
    "drills:plan_drill": [
        get("leader", "logistics", "admin"),
        post("leader", "logistics", "admin", said={"name": "x"}),
    ],
    "drills:change_planned": [
        get("leader", "logistics", "admin", "auditor", pk="planned_drill"),
        post("leader", "logistics", "admin", pk="planned_drill"),
    ],
    "drills:planned_verb": [
        post("leader", "logistics", "admin", pk="planned_drill", verb="cancel"),
        post("leader", "logistics", "admin", pk="planned_drill", verb="held"),
    ],
    # Everybody of the demo sits in its drill or plans drills; who does not: tests/drills.
    "drills:drills": get(*EVERYBODY),
    "drills:create": [
        get("leader", "logistics", "admin"),
        post("leader", "logistics", "admin", said={"name": "x"}),
    ],
    **{f"drills:{name}": get(*EVERYBODY, pk="drill") for name in ("drill", "live")},
    **{
        f"drills:{name}": [get("leader", pk="drill"), post("leader", pk="drill")]
        for name in ("change", "cast", "evaluators")
    },
    "drills:verb": [
        post("leader", pk="drill", verb="start"),
        post("leader", pk="drill", verb="cancel"),
    ],
    "drills:improvise": post("leader", pk="drill"),
    "drills:inject_verb": [
        post("leader", pk="inject", verb=verb) for verb in ("give", "hold", "release", "skip")
    ],
    "drills:note": [get("leader", pk="act"), post("leader", pk="act")],
    "drills:sheet": [
        get("leader", "logistics", "admin", "auditor", pk="drill"),
        # Evaluators only: tests/drills/test_evaluating.py.
        post(pk="drill"),
    ],
    "drills:find": post("leader", pk="drill"),
    "drills:finding_verb": post("leader", pk="finding", verb="remove"),
    "drills:evaluate": post(pk="drill"),
    **{f"drills:{name}": get(*EVERYBODY, pk="drill_over") for name in ("record", "record_pdf")},
    "drills:scenarios": get("leader", "logistics", "admin", "auditor"),
    "drills:upload_scenario": [
        get("leader", "logistics", "admin"),
        post("leader", "logistics", "admin"),
    ],
    **{
        f"drills:{name}": get("leader", "logistics", "admin", "auditor", slug="core-switch-failure")
        for name in ("scenario", "scenario_file")
    },
    "drills:retire_scenario": post("leader", "logistics", "admin", slug="core-switch-failure"),
    "api:figures": get(*EVERYBODY),
    # Training: everybody looks and learns; arranged by heads, run by trainer and planner.
    "training:mine": get(*EVERYBODY),
    "training:person": get("leader", "admin", "auditor", pk="person"),
    "training:courses": get(*EVERYBODY),
    "training:new_course": [get("admin"), post("admin", said={"name": "x"})],
    "training:course": get(*EVERYBODY, pk="course"),
    "training:change_course": [get("admin", pk="course"), post("admin", pk="course")],
    "training:switch_course": post("admin", pk="course"),
    "training:sessions": get(*EVERYBODY),
    "training:plan_session": [
        get("admin", "leader", "department", "logistics"),
        post("admin", "leader", "department", "logistics"),
    ],
    "training:session": get(*EVERYBODY, pk="training"),
    "training:move_session": [
        get("admin", "department", "it", pk="training"),
        post("admin", "department", "it", pk="training"),
    ],
    "training:invite": [
        get("admin", "department", "it", pk="training"),
        post("admin", "department", "it", pk="training"),
    ],
    # Of the roles, customer service is invited.
    "training:answer": post("cs", pk="training"),
    # Heads of departments see their own people: tests/drills/training.
    "training:coverage": get("admin", "leader", "department", "logistics", "auditor"),
    "training:gaps": get(*EVERYBODY),
    "training:chase": post("admin", "leader", pk="course"),
    "training:enter_past": [get("admin"), post("admin")],
    "training:revoke": post("admin", pk="completion", said={"reason": "x"}),
    "training:contents": [get("admin", pk="course"), post("admin", pk="course")],
    "training:new_question": [get("admin", pk="course"), post("admin", pk="course")],
    "training:question": [
        get("admin", pk="quizzed", number="question"),
        post("admin", pk="quizzed", number="question"),
    ],
    "training:drop_question": post("admin", pk="quizzed", number="question"),
    "training:material": get(*EVERYBODY, pk="quizzed", number=1),
    "training:remove_material": post("admin", pk="quizzed", number=1),
    "training:quiz": [get(*ACTING, pk="quizzed"), post(*ACTING, pk="quizzed")],
    # Of customer service's own; heads of the same department: tests/drills/training.
    "training:attempt": get("cs", "leader", "admin", "auditor", pk="attempt"),
    "training:certificate": get("cs", "leader", "admin", "auditor", pk="completion"),
    "training:verify": get(*ANYBODY, token="x"),
    "api:training-course-list": get(*EVERYBODY),
    "api:training-course-detail": get(*EVERYBODY, pk="course"),
    "api:training-session-list": [
        get(*EVERYBODY),
        post(
            *("admin", "leader", "department", "logistics"),
            said={
                "course": "course",
                "trainer": "person",
                "starts_at": "2099-01-01T00:00:00Z",
                "ends_at": "2099-01-01T01:00:00Z",
                "place": "x",
            },
        ),
    ],
    "api:training-session-detail": get(*EVERYBODY, pk="training"),
    "api:training-session-move": post(
        *("admin", "department", "it"),
        pk="training",
        said={
            "starts_at": "2099-01-01T00:00:00Z",
            "ends_at": "2099-01-01T01:00:00Z",
            "place": "x",
        },
    ),
    "api:training-session-invite": post(
        "admin", "department", "it", pk="training", said={"people": "some_people"}
    ),
    "api:training-session-note-attendance": post(
        "admin", "department", "it", pk="training", said={"person": "person", "reason": "x"}
    ),
    "api:training-session-hold": post("admin", "department", "it", pk="training"),
    "api:training-session-cancel": post(
        "admin", "department", "it", pk="training", said={"reason": "x"}
    ),
    "api:training-completion-list": get(*EVERYBODY),
    # Of others one sees none: 404, tests/drills/training.
    "api:training-completion-detail": get(*EVERYBODY, pk="completion"),
    "api:training-course-quiz": get(*ACTING, pk="quizzed"),
    "api:training-course-submit-quiz": post(
        *ACTING, pk="quizzed", said={"quiz_version": 0, "answers": {}}
    ),
    # Of others one sees none: 404, tests/drills/training.
    "api:training-attempt-list": get(*EVERYBODY),
    "api:training-attempt-detail": get(*EVERYBODY, pk="attempt"),
    "api:training-material-list": [get(*EVERYBODY), post("admin")],
    "api:training-material-detail": get(*EVERYBODY, pk=1),
    "api:training-material-content": get(*EVERYBODY, pk=1),
    "api:training-material-remove": post("admin", pk="material"),
    "api:training-question-list": [
        get("admin"),
        post("admin", said={"course": "course", "text": "x", "options": ["x", "y"], "right": [0]}),
    ],
    "api:training-question-detail": get("admin", pk="question"),
    "api:training-question-rewrite": post("admin", pk="question"),
    "api:training-question-drop": post("admin", pk="question"),
    "training:wall": get("admin", "department", "it", pk="training"),
    # An old code leads nowhere, for anybody; who holds a pass: tests/drills/training.
    "training:arrive": get(*ANYBODY, pk="training", code="x"),
    "training:sign_in": [get(*ACTING, pk="training"), post(*ACTING, pk="training")],
    "training:calendar": get(*EVERYBODY, pk="training"),
    "training:session_verb": [
        row
        for verb in ("note", "strike", "hold", "cancel")
        for row in (
            get("admin", "department", "it", pk="training", verb=verb),
            post("admin", "department", "it", pk="training", verb=verb),
        )
    ],
    # Supplies: everybody looks, logistics moves.
    "inventory:items": get(*EVERYBODY),
    "inventory:item": get(*EVERYBODY, pk="item"),
    "inventory:due": get(*EVERYBODY),
    "inventory:funds": get(*EVERYBODY),
    "inventory:new_fund": [get("logistics"), post("logistics", said={"name": "x"})],
    "inventory:deposit": [get("logistics", pk="fund"), post("logistics", pk="fund")],
    "inventory:pay": [get("logistics", pk="fund"), post("logistics", pk="fund")],
    "inventory:payment": get(*EVERYBODY, pk="payment"),
    # Asked for by logistics' own head, who cannot be the second person.
    "inventory:payment_verb": [
        post("leader", pk="payment", verb="approve"),
        post("leader", pk="payment", verb="refuse", said={"reason": "x"}),
        post("logistics", pk="payment", verb="receipt"),
        post("logistics", pk="payment", verb="settle"),
    ],
    "inventory:attach_receipt": post(
        "logistics", pk="payment_with_receipt", receipt="paid_receipt"
    ),
    "inventory:receipt_file": get(
        "logistics", "leader", "auditor", pk="payment_with_receipt", file="receipt_file"
    ),
    "inventory:counts": get(*EVERYBODY),
    "inventory:start_count": post("logistics", said={"place": "store"}),
    "inventory:count": [get(*EVERYBODY, pk="count"), post("logistics", pk="count")],
    "inventory:count_sheet": get(*EVERYBODY, pk="count"),
    # Who countersigns, tests/inventory/test_counts.py asks.
    "inventory:count_verb": post("logistics", pk="count", verb="cancel"),
    "inventory:labels": get(*EVERYBODY),
    "inventory:export": get(*EVERYBODY),
    "inventory:import": [get("logistics"), post("logistics")],
    "inventory:import_preview": [get("logistics", pk=1), post("logistics", pk=1)],
    "inventory:drop_import": post("logistics", pk=1),
    "inventory:suppliers": get(*EVERYBODY),
    "inventory:new_supplier": [get("logistics"), post("logistics", said={"name": "x"})],
    "inventory:supplier": [
        get(*EVERYBODY, pk="supplier"),
        post("logistics", pk="supplier", said={"name": "x"}),
    ],
    "inventory:switch_supplier": post("logistics", pk="supplier"),
    "inventory:loans": get(*EVERYBODY),
    "inventory:places": get(*EVERYBODY),
    "inventory:place": [
        get(*EVERYBODY, pk="store"),
        post("logistics", pk="store", said={"name": "x"}),
    ],
    "inventory:new_item": [get("logistics"), post("logistics", said={"name": "x"})],
    "inventory:change_item": [get("logistics", pk="item"), post("logistics", pk="item")],
    "inventory:switch_item": post("logistics", pk="item"),
    "inventory:new_place": [get("logistics"), post("logistics", said={"name": "x"})],
    "inventory:switch_place": post("logistics", pk="store"),
    "inventory:give_back": [get("logistics", pk="loan"), post("logistics", pk="loan")],
    "inventory:deed": [
        row
        for verb in SUPPLY_DOORS
        for row in (get("logistics", pk="item", verb=verb), post("logistics", pk="item", verb=verb))
    ],
    "api:supply-list": get(*EVERYBODY),
    "api:supply-detail": get(*EVERYBODY, pk="item"),
    "api:supply-receive": post("logistics", pk="item", said={"quantity": 1, "place": "store"}),
    "api:supply-write-off": post(
        "logistics",
        pk="item",
        said={"kind": "lost", "quantity": 1, "balance": "balance", "reason": "x"},
    ),
    "api:loan-list": get(*EVERYBODY),
    "api:loan-detail": get(*EVERYBODY, pk="loan"),
    "api:loan-give-back": post("logistics", pk="loan", said={"returned": 1}),
    # Everybody their own department's kit; of another one: tests/ops/test_kits.py.
    "kits:list": get(*EVERYBODY),
    "kits:progress": get("leader", "admin", "auditor"),
    "kits:make_all": post("admin"),
    "kits:zip": get("leader", "admin", "auditor"),
    "kits:kit": get("leader", "admin", "auditor", "department", pk="window"),
    "kits:make": post("admin", "department", said={"sheets": "x"}, pk="window"),
    "kits:put_away": post("admin", "department", said={"place": ""}, pk="window"),
    "kits:pdf": get("leader", "admin", "auditor", "department", pk="window", number=9),
    "plans:current": get(*EVERYBODY),
    "plans:coverage": [
        get(*EVERYBODY, number=1),
        post("leader", said={"reason": "x", "gaps": "0", "version": "1"}, number=1),
    ],
    "plans:version": get(*EVERYBODY, number=1),
    "plans:list": get(*EVERYBODY),
    "plans:drafts": get(*EVERYBODY),
    "plans:readers": get(*EVERYBODY, number=1),
    "plans:compare": get(*EVERYBODY, number=1),
    "plans:yaml": get(*EVERYBODY, number=1),
    "plans:bring_in": [get("admin"), post("admin", said={"text": "x"})],
    "plans:edit": [get("admin", number=1), post("admin", number=1)],
    "plans:edit_part": [
        get("admin", number=1, part="sections"),
        post("admin", number=1, part="title"),
    ],
    "plans:edit_item": get("admin", number=1, part="sections"),
    "plans:preview": post("admin", said={"body": "x"}, number=1),
    "plans:link_change": [get("admin", number=1), post("admin", number=1)],
    "plans:verb": [
        row
        for verb in PLAN_DOORS
        for row in (
            get(*PLAN_VERBS_OF.get(verb, ("admin",)), number=1, verb=verb),
            post(*PLAN_VERBS_OF.get(verb, ("admin",)), number=1, verb=verb),
        )
    ],
    "plans:comment": post(*ACTING, said={"text": "x"}, number=1),
    "plans:confirm_read": post(*ACTING, number=1),
    "plans:supplies": get(*EVERYBODY, number=1),
    "plans:pdf": get(*EVERYBODY, number=1),
    "plans:docx": get(*EVERYBODY, number=1),
    "journal:live": get(*EVERYBODY),
    "journal:poisoned": get("admin", "auditor"),
    # Incidents: everybody reads, the verbs are their holders'.
    "incidents:report": [get(*ACTING), post(*ACTING, said={"seen": "x", "location": "y"})],
    "incidents:lookalikes": get(*EVERYBODY),
    "incidents:my_reports": get(*EVERYBODY),
    "incidents:dashboard": get(*EVERYBODY),
    "incidents:now": get(*EVERYBODY),
    "incidents:open": get(*EVERYBODY),
    "incidents:ended": get(*EVERYBODY),
    "incidents:drills": get(*EVERYBODY),
    "incidents:drills_section": get(*EVERYBODY),
    "incidents:drills_band": get(*EVERYBODY),
    "incidents:all_drills": [post(*LEADS, verb=verb) for verb in ("pause", "resume", "end")],
    "incidents:drill": [
        get(*CONTROLS, pk="drill_incident"),
        post(*CONTROLS, pk="drill_incident"),
    ],
    "notices:as_public": get(*EVERYBODY, incident_pk="drill_incident"),
    "incidents:clocks": get(*EVERYBODY),
    "incidents:law": get(*EVERYBODY),
    "incidents:law_report": [
        get(*EVERYBODY, pk="attacked", stage="first"),
        post("it", "leader", "logistics", pk="attacked", stage="first"),
    ],
    "incidents:law_file": get(*EVERYBODY, pk="attacked", stage="first", kind="pdf"),
    "incidents:law_clock": [
        get(*EVERYBODY, pk="law"),
        post("it", "leader", "logistics", pk="law", said={"words": "x", "action": "note"}),
    ],
    "incidents:commander": get("it", "leader", "auditor"),
    "incidents:my_orders": get(*EVERYBODY),
    "incidents:detail": get(*EVERYBODY),
    "incidents:guide": get(*EVERYBODY),
    "incidents:proposal": [get("it", verb="confirm"), get("it", verb="regrade")],
    "incidents:paper": get(*EVERYBODY),
    "incidents:batches": [get(*EVERYBODY), post("department", "logistics", "admin")],
    "incidents:batch": get(*EVERYBODY, pk="paper_used"),
    "incidents:batch_sheet": get(*EVERYBODY, pk="paper_used"),
    "incidents:batch_export": get(*EVERYBODY, pk="paper_used"),
    "incidents:count": get(*EVERYBODY, pk="paper_used"),
    "incidents:batch_verb": [
        post("department", pk="paper_batch", verb="open", said={"incident": "incident"}),
        post("department", "admin", pk="paper_batch", verb="retire", said={"reason": "x"}),
        *(
            post("department", pk="paper_used", verb=verb)
            for verb in ("mark", "reenter", "account", "cash", "explain", "close")
        ),
    ],
    "incidents:entry_verb": [
        post("department", "logistics", pk="paper_entry", verb="return", said={"reason": "x"}),
    ],
    "incidents:all_clear": get(*EVERYBODY),
    "incidents:confirm_all_clear": post("department", pk="clear_receipt"),
    "notices:all_clear_told": get(*EVERYBODY),
    "incidents:paper_band": get(*EVERYBODY),
    "incidents:on_paper": get(*EVERYBODY),
    "incidents:confirm_mode": post("department", pk="paper_mode", verb="confirm_on"),
    "incidents:supplies": get(*EVERYBODY),
    "incidents:issue_supplies": [get("logistics"), post("logistics")],
    "incidents:reserve_supplies": post("logistics"),
    "incidents:pay": [get("logistics"), post("logistics")],
    "incidents:received": get(*EVERYBODY),
    "incidents:timeline": get(*EVERYBODY),
    "incidents:part": get(*EVERYBODY, part="top"),
    "incidents:decide_check": post("it", said={"result": "done"}),
    "incidents:hand_check": post("it", verb="take"),
    "incidents:assign_check": [get("it"), post("it", said={"to": "repairer"})],
    "incidents:add_check": post("it", said={"text": "x"}),
    "incidents:steps": get(*EVERYBODY),
    "incidents:often_added": get(*EVERYBODY, number=1),
    "incidents:into_draft": post("admin", number=1, said={"key": "any", "text": "x"}),
    "incidents:add_backup": post("it", said={"name": "b", "size": "1", "unit": "GB"}),
    "incidents:sign": post("it", "department"),
    "incidents:restoration": get(*EVERYBODY),
    "incidents:reopen": post("it", "department", said={"department": "window"}),
    "incidents:reopening": get(*EVERYBODY),
    "incidents:custody": [get(*EVERYBODY), post("it", said={"do": "count"})],
    "incidents:files": [get(*EVERYBODY), post(*ACTING)],
    "incidents:file": get(*EVERYBODY, file="file"),
    "incidents:waive": post("it", said={"point": "x", "reason": "y"}),
    "incidents:command": [get("leader"), post("leader")],
    "incidents:verb": [
        row
        for verb in DOORS
        for row in (
            get(VERBS_OF.get(verb, "it"), *ALSO.get(verb, ()), verb=verb),
            post(VERBS_OF.get(verb, "it"), *ALSO.get(verb, ()), verb=verb),
        )
    ],
    "incidents:order_verb": [
        row
        for verb in ("read_back", "finish", "refuse")
        for row in (get("department", verb=verb), post("department", verb=verb))
    ],
    # Notices and reviews: everybody reads; what their verbs refuse, their own tests show.
    "notices:channels": get("admin", "auditor"),
    "notices:new_channel": get("admin"),
    "notices:add_channel": [get("admin", kind="wecom"), post("admin", kind="wecom")],
    "notices:change_channel": [get("admin", "auditor"), post("admin", "auditor")],
    "notices:switch_channel_on": post("admin"),
    "notices:switch_channel_off": post("admin"),
    "notices:try_channel": post("admin"),
    # And customer service that heads a group: tests/notices/test_places.py.
    "notices:places": get(*EVERYBODY),
    "notices:dark_screens": get(*EVERYBODY),
    "notices:new_place": [get("admin"), post("admin", said={"name": "x"})],
    "notices:place": [get(*EVERYBODY, pk="hall"), post("admin", pk="hall", said={"name": "x"})],
    "notices:place_verb": post("admin", pk="hall", verb="retire"),
    "notices:reach": get(*EVERYBODY),
    "notices:unreached": get(*EVERYBODY),
    "notices:to_ring": get(*EVERYBODY),
    "notices:ladder": get(*EVERYBODY),
    "notices:ladder_verb": [
        row
        for verb in ("jump", "pause", "resume", "call-in")
        for row in (
            get("it", "leader", "logistics", verb=verb),
            post("it", "leader", "logistics", verb=verb),
        )
    ]
    + [get(*ACTING, verb="reached"), post(*ACTING, verb="reached")],
    # Whoever holds the signed link; with another token it leads nowhere, for anybody.
    "notices:callback": [post(*ANYBODY, pk=1, token="x")],
    "notices:answer": [get(*ANYBODY, token="1-x"), post(*ANYBODY, token="1-x")],
    "notices:posters": get(*EVERYBODY),
    "notices:posters_pdf": get(*EVERYBODY),
    "notices:sign": get(*EVERYBODY, pk="notice"),
    # Whose record it is, and that no other notice leads to it: tests/notices/test_signs.py.
    "notices:sign_photo": get(*EVERYBODY, pk="notice", photo=1),
    "notices:sign_pdf": get(*EVERYBODY, pk="notice", size="a4"),
    "notices:sign_verb": post(
        *ACTING, pk="notice", place_pk="hall", verb="hang", said={"word": "x"}
    ),
    "notices:maintenances": get(*EVERYBODY),
    "notices:plan_maintenance": [get("cs", "it"), post("cs", "it")],
    "notices:preview_maintenance": post(*EVERYBODY),
    "notices:maintenance": get(*EVERYBODY, pk="maintenance"),
    "notices:edit_maintenance": [
        get("cs", "it", pk="maintenance"),
        post("cs", "it", pk="maintenance"),
    ],
    "notices:maintenance_verb": [
        post("it", pk="maintenance", verb="finish"),
        post("it", pk="maintenance", verb="escalate"),
        post("cs", "it", pk="maintenance", verb="announce"),
    ],
    "notices:list": get(*EVERYBODY),
    "notices:bell": get(*EVERYBODY),
    "notices:inbox": get(*EVERYBODY),
    "notices:incident": get(*EVERYBODY),
    "notices:panel": get(*EVERYBODY),
    "reviews:list": get(*EVERYBODY),
    "reviews:actions": get(*EVERYBODY),
    "reviews:awaiting": get(*EVERYBODY),
    "reviews:detail": get(*EVERYBODY),
    "reviews:panel": get(*EVERYBODY),
    "reviews:report": get(*EVERYBODY),
    "reviews:report_file": get(*EVERYBODY, kind="pdf"),
    "reviews:submitted_file": get(*EVERYBODY, kind="pdf", ordinal=1),
    # The API's reading.
    **{
        f"api:{name}": get(*EVERYBODY)
        for name in (
            *("incident-list", "incident-detail", "incident-journal", "order-list"),
            *("order-detail", "check-detail", "notice-list", "review-list", "action-list"),
            *("department-list", "service-list", "person-list", "group-list", "plan"),
            *("duties", "roster-list", "leave-list", "stand-in-list"),
            *("schema", "docs", "kit-list"),
        )
    },
    "api:kit-detail": get("leader", "admin", "auditor", "department", pk="window"),
    "api:kit-pdf": get("leader", "admin", "auditor", "department", pk="window"),
    "api:kit-make": post("admin", "department", pk="window"),
    "api:kit-put-away": post(
        *("admin", "department"),
        said={"edition": 9, "holder": "x", "place": "y", "put_on": "2026-01-01"},
        pk="window",
    ),
    "api:maintenance-list": [get(*EVERYBODY), post("cs", "it", said=MAINTENANCE)],
    "api:maintenance-detail": get(*EVERYBODY, pk="maintenance"),
    # As notices:sign_photo.
    "api:notice-photos": get(*EVERYBODY, pk="notice", photo=1),
    "api:maintenance-announce": post("cs", "it", pk="maintenance"),
    "api:maintenance-finish": post("it", pk="maintenance"),
    "api:maintenance-escalate": post("it", pk="maintenance"),
    "api:place-list": [get(*EVERYBODY), post("admin", said={"name": "新楼", "has_screen": True})],
    "api:place-detail": get(*EVERYBODY, pk="hall"),
    "api:place-change": post("admin", pk="hall", said={"name": "新楼"}),
    "api:place-retire": post("admin", pk="hall"),
    "api:place-reopen": post("admin", pk="hall"),
    "api:drill-list": [
        get(*EVERYBODY),
        post(
            *("leader", "logistics", "admin"),
            said={"name": "x", "kind": "tabletop", "scenario": "core-switch-failure"},
        ),
    ],
    "api:planned-drill-list": [
        get(*EVERYBODY),
        post(
            *("leader", "logistics", "admin"),
            said={
                "year": 2099,
                "month": 1,
                "name": "x",
                "type": "tabletop",
                "responsible": "person",
            },
        ),
    ],
    "api:planned-drill-cancel": post(
        *("leader", "logistics", "admin"), said={"reason": "x"}, pk="planned_drill"
    ),
    "api:planned-drill-held": post(
        *("leader", "logistics", "admin"),
        said={"note": "x", "held_on": "2020-01-01"},
        pk="planned_drill",
    ),
    "api:scenario-list": [
        get("leader", "logistics", "admin", "auditor"),
        post("leader", "logistics", "admin", said={"name": "x", "text": "x"}),
    ],
    "api:scenario-detail": get(
        "leader", "logistics", "admin", "auditor", slug="core-switch-failure"
    ),
    "api:drill-detail": get(*EVERYBODY, pk="drill"),
    "api:drill-script": get("leader", "logistics", "admin", "auditor", pk="drill"),
    "api:drill-cast": post("leader", said={"players": {}}, pk="drill"),
    "api:drill-name-evaluators": post("leader", said={"evaluators": []}, pk="drill"),
    **{
        f"api:drill-{name}": post("leader", said={"reason": "x"}, pk="drill")
        for name in ("start", "pause", "resume", "end", "cancel")
    },
    "api:drill-improvise": post("leader", said={"role": "x", "text": "x"}, pk="drill"),
    "api:drill-find": post(
        "leader",
        said={"problem": "x", "measure": "x", "department": "window", "due_on": "2099-01-01"},
        pk="drill",
    ),
    "api:drill-judge": post(said={"marks": {}}, pk="drill"),
    "api:drill-evaluate": post(said={"summary": "x"}, pk="drill"),
    **{
        f"api:drill-inject-{name}": post("leader", said={"reason": "x"}, pk="inject")
        for name in ("give", "hold", "release", "skip")
    },
    "api:drill-act-note": post("leader", pk="act"),
    "api:incident-conditions": get(*EVERYBODY, gate="restore"),
    "api:tokens": post(*ANYBODY, said={"username": "kefu", "password": make.PASSWORD}),
    **{
        f"api:plan-{name}": get(*EVERYBODY, pk=1)
        for name in ("detail", "yaml", "readers", "coverage")
    },
    "api:plan-difference": get(*EVERYBODY, pk=1, before=1),
    "api:plan-list": [get(*EVERYBODY), post("admin", said={"text": "x"})],
    **{
        f"api:plan-{name.replace('_', '-')}": post(*who, said=said, pk=1)
        for name, who, said in (
            ("draft", ("admin",), {}),
            ("rewrite", ("admin",), {"part": "title", "value": "x"}),
            ("explain", ("admin",), {"reason": "x"}),
            ("link_change", ("admin",), {"note": "x", "source": "x"}),
            ("submit", ("admin",), {}),
            ("comment", tuple(ACTING), {"text": "x"}),
            ("sign", ("leader",), {}),
            ("withdraw", ("admin", "leader"), {"reason": "x"}),
            ("waive_coverage", ("leader",), {"reason": "x", "gaps": 0}),
            ("publish", ("admin",), {}),
            ("roll_back", ("admin",), {"reason": "x"}),
            ("discard", ("admin",), {"reason": "x"}),
            ("confirm_read", tuple(ACTING), {}),
            ("remind", ("admin",), {}),
        )
    },
    "api:plan-comment-resolve": post("admin", said={"is_adopted": True}, pk="comment"),
    # The API's verbs, each with a body that says enough.
    "api:incident-add-report": post(*ACTING, said={"seen": "x"}),
    "api:incident-acknowledge": post("it"),
    "api:incident-all-clear": post("leader", said={"words": "x"}),
    "api:all-clear-list": get(*EVERYBODY),
    "api:all-clear-detail": get(*EVERYBODY, pk="clear_said"),
    "api:receipt-list": get(*EVERYBODY),
    "api:receipt-detail": get(*EVERYBODY, pk="clear_receipt"),
    "api:receipt-confirm": post("department", pk="clear_receipt"),
    "api:batch-list": [
        get(*EVERYBODY),
        post(
            *("department", "admin"),
            said={"department": "paper_place", "kind": "x", "prefix": "X", "first": 1, "last": 2},
        ),
    ],
    "api:batch-reserve": post(
        *("department", "admin"),
        said={"department": "paper_place", "kind": "x", "prefix": "X", "count": 2},
    ),
    "api:batch-detail": get(*EVERYBODY, pk="paper_batch"),
    "api:batch-open-batch": post("department", pk="paper_batch", said={"incident": "incident"}),
    "api:batch-retire": post("department", "admin", pk="paper_batch", said={"reason": "x"}),
    "api:batch-mark": post("department", pk="paper_used", said={"numbers": "1", "fate": "used"}),
    "api:batch-account": post(
        "department", pk="paper_used", said={"used": "1", "rest_unused": True}
    ),
    "api:batch-reenter": post(
        "department", pk="paper_used", said={"numbers": "5", "event_from": "2026-11-01T08:00:00Z"}
    ),
    "api:batch-count-cash": post("department", pk="paper_used", said={"total": "1.00"}),
    "api:batch-explain": post("department", pk="paper_used", said={"reason": "x"}),
    "api:batch-close-batch": post("department", pk="paper_used"),
    "api:reentry-list": get(*EVERYBODY),
    "api:reentry-detail": get(*EVERYBODY, pk="paper_entry"),
    "api:reentry-check": post("department", "logistics", pk="paper_entry"),
    "api:reentry-give-back": post(
        "department", "logistics", pk="paper_entry", said={"reason": "x"}
    ),
    "api:manual-mode-list": get(*EVERYBODY),
    "api:manual-mode-detail": get(*EVERYBODY, pk="paper_mode"),
    "api:manual-mode-confirm-on": post("department", pk="paper_mode"),
    "api:manual-mode-confirm-off": post("department", pk="paper_mode"),
    "api:incident-pause-drill": post(*CONTROLS, pk="drill_incident", said={"reason": "x"}),
    "api:incident-resume-drill": post(*CONTROLS, pk="drill_incident"),
    "api:incident-end-drill": post(*CONTROLS, pk="drill_incident", said={"reason": "x"}),
    "api:incident-pause-all-drills": post(*LEADS, said={"reason": "x"}),
    "api:incident-resume-all-drills": post(*LEADS),
    "api:incident-end-all-drills": post(*LEADS, said={"reason": "x"}),
    "api:incident-dismiss": post("it", said={"reason": "x"}),
    "api:incident-merge": post("it", said={"into": "reviewed"}),
    "api:incident-change-plan": post("leader", said={"number": 1, "reason": "x"}),
    "api:incident-regrade": post("it", said={"level": 3, "convene": False, "reason": "x"}),
    "api:incident-restore": post("it"),
    "api:incident-fail-restoration": post("it", "department", said={"reason": "x"}),
    "api:incident-relapse": post("it", said={"reason": "x"}),
    "api:incident-cleanup": post("it", said={"summary": "x"}),
    "api:incident-waive": post("it", said={"point": "x", "reason": "y"}),
    "api:incident-waive-notice": post("cs", said={"reason": "x"}),
    "api:incident-sign": post("it", "department"),
    "api:incident-add-backup": post("it", said={"name": "b", "size_bytes": 1, "remark": "已核对"}),
    "api:incident-issue-supplies": post(
        "logistics", said={"wanted": [{"item": 1, "quantity": 1}], "taker": "x"}
    ),
    "api:supply-inspect": post("logistics", pk="item", said={"passed": True}),
    "api:fund-list": [
        get(*EVERYBODY),
        post("logistics", said={"name": "x"}),
    ],
    "api:fund-detail": get(*EVERYBODY, pk="fund"),
    "api:fund-entries": get(*EVERYBODY, pk="fund"),
    "api:fund-deposit": post("logistics", pk="fund", said={"amount": "1", "reason": "x"}),
    "api:fund-pay": post(
        "logistics",
        pk="fund",
        said={"kind": "expense", "amount": "1", "payee": "x", "purpose": "x"},
    ),
    "api:payment-list": get(*EVERYBODY),
    "api:payment-detail": get(*EVERYBODY, pk="payment"),
    # Asked for by logistics' own head, who cannot be the second person.
    "api:payment-approve": post("leader", pk="payment"),
    "api:payment-refuse": post("leader", pk="payment", said={"reason": "x"}),
    "api:payment-settle": post("logistics", pk="payment_with_receipt"),
    "api:payment-add-receipt": post(
        "logistics", pk="payment_with_receipt", said={"number": "A2", "amount": "1", "what": "x"}
    ),
    # With a file, and who may: tests/inventory/test_api.py.
    "api:payment-attach": post("logistics", pk="payment_with_receipt"),
    "api:payment-file": get(
        "logistics", "leader", "auditor", pk="payment_with_receipt", file="receipt_file"
    ),
    "api:count-list": [get(*EVERYBODY), post("logistics", said={"place": "store"})],
    "api:count-detail": get(*EVERYBODY, pk="count"),
    "api:count-enter": post("logistics", pk="count", said={"lines": []}),
    "api:count-sign": post("logistics", pk="count"),
    # Nobody has signed yet, and who has never countersigns: tests/inventory/test_api.py.
    "api:count-countersign": post("logistics", pk="count"),
    "api:count-cancel": post("logistics", pk="count"),
    "api:inspection-list": get(*EVERYBODY),
    "api:inspection-detail": get(*EVERYBODY, pk="inspection"),
    "api:supplier-list": [
        get(*EVERYBODY),
        post("logistics", said={"name": "x", "kind": "service", "hotline": "1"}),
    ],
    "api:supplier-detail": get(*EVERYBODY, pk="supplier"),
    "api:supplier-change": post("logistics", pk="supplier", said={"note": "x"}),
    "api:incident-reserve-supplies": post("logistics"),
    "api:incident-release-supplies": post("logistics"),
    "api:order-read-back": post("department"),
    "api:order-finish": post("department", said={"proof": "x"}),
    "api:order-refuse": post("department", said={"reason": "x"}),
    "api:incident-reopen": post("it", "department", said={"department": "window"}),
    "api:incident-count-exposed": post("it", said={"kind": "x", "count": 1}),
    "api:incident-hand-on": post(
        "it",
        said={
            "what": "x",
            "from_whom": "x",
            "to_whom": "y",
            "kept_where": "z",
            "handed_at": "2026-11-01T08:00:00Z",
        },
    ),
    "api:file-list": [get(*EVERYBODY), post(*ACTING)],
    "api:file-detail": get(*EVERYBODY, pk="file"),
    "api:file-content": get(*EVERYBODY, pk="file"),
    "api:check-decide": post("it", said={"result": "done"}),
    "api:check-take": post("it"),
    "api:check-assign": post("it", said={"to": "repairer"}),
    "api:incident-add-check": post("it", said={"text": "x"}),
    "api:clock-list": get(*EVERYBODY),
    "api:clock-detail": get(*EVERYBODY, pk="law"),
    "api:law-report-list": get(*EVERYBODY),
    "api:incident-write-law-report": post(
        *("it", "leader", "logistics"), pk="attacked", said={"stage": "first", "words": {}}
    ),
    "api:clock-note": post("it", "leader", "logistics", pk="law", said={"proof": "x"}),
    "api:clock-waive": post("leader", "logistics", pk="law", said={"reason": "x"}),
    "api:incident-set-knowledge": post(
        "it", "leader", "logistics", said={"known_at": "2026-11-01T08:00:00Z", "reason": "x"}
    ),
    "api:phone-call-list": get(*EVERYBODY),
    "api:ladder-detail": get(*EVERYBODY),
    "api:ladder-jump": post("it", "leader", "logistics", said={"position": 1}),
    "api:ladder-pause": post("it", "leader", "logistics", said={"minutes": 1, "reason": "x"}),
    "api:ladder-resume": post("it", "leader", "logistics"),
    "api:ladder-call-in": post("it", "leader", "logistics", said={"person": "person"}),
    "api:ladder-note-reached": post(*ACTING, said={"person": "person"}),
    "api:ladder-acknowledge": post("it", "leader", "logistics"),
}
# Verbs that want a row of their own: their apps' tests ask each role. Here: no stranger gets in,
# and the auditor changes nothing.
WRITING = {
    "teams:change_contact",
    "teams:contact_verb",
    "notices:test_contact",
    "notices:test",
    "notices:confirm_test",
    "journal:retry",
    "notices:edit",
    "notices:update",
    "notices:verb",
    "notices:draft",
    "notices:preview",
    "notices:see_all",
    "notices:phoned",
    # Of one call: tests/notices/test_ringing.py.
    "notices:rung",
    "api:phone-call-rung",
    "notices:acknowledge",
    "notices:open_alert",
    # Of one action item: tests/reviews/test_actions.py.
    "reviews:action",
    "reviews:action_file",
    "reviews:action_verb",
    "reviews:verb",
    # Where no meeting was called, 404: tests/reviews/test_meeting.py.
    "reviews:meeting_calendar",
    "api:incident-confirm",
    "api:incident-command",
    "api:incident-manual-on",
    "api:incident-manual-off",
    "api:incident-repair",
    # Of who is responsible for it or plans drills; to others it is not there.
    "api:planned-drill-detail",
    "api:leave-detail",
    "api:leave-approve",
    "api:leave-refuse",
    "api:leave-withdraw",
    "api:stand-in-detail",
    "api:stand-in-swap",
    "api:stand-in-accept",
    "api:stand-in-decline",
    "api:stand-in-approve",
    "api:stand-in-refuse",
    "api:stand-in-withdraw",
    "api:stand-in-cancel",
    "api:maintenance-approve",
    "api:maintenance-cancel",
    "api:maintenance-change",
    "api:maintenance-edit",
    "api:notice-detail",
    "api:notice-approve",
    "api:notice-edit",
    "api:notice-end",
    "api:notice-publish",
    "api:notice-publish-urgently",
    "api:notice-ratify",
    "api:notice-hang",
    "api:notice-take-down",
    "api:notice-succeed",
    "api:notice-withdraw",
    "api:review-detail",
    "api:review-add-action",
    "api:review-add-why",
    "api:review-answer-meeting",
    "api:review-call-meeting",
    "api:review-cancel-meeting",
    "api:review-note-attendance",
    "api:review-sign-attendance",
    "api:review-write-minutes",
    "api:review-change-why",
    "api:review-remove-why",
    "api:review-evaluate",
    "api:review-decline-actions",
    "api:review-receive",
    "api:review-record-findings",
    "api:review-record-meeting",
    "api:review-remove-action",
    "api:review-return-report",
    "api:review-submit",
    "api:action-detail",
    "api:action-attach",
    "api:action-demands",
    "api:action-finish",
    "api:action-hand-over",
    "api:action-postpone",
    "api:action-waive",
    # Of one comment and of one change: tests/plans/test_pages.py.
    "plans:answer",
    "plans:unlink_change",
    # Answers 404 to everybody: an address that does not exist.
    "api:None",
}


def addresses(patterns: Any = None, space: str = "") -> Iterator[str]:
    """The name of every address, those of the administration left to their own test below."""
    for entry in patterns if patterns is not None else get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":
                inner = f"{space}{entry.namespace}:" if entry.namespace else space
                yield from addresses(entry.url_patterns, inner)
        else:
            yield f"{space}{entry.name}"


def test_every_address_is_listed_and_every_listed_one_exists():
    assert set(addresses()) == set(TABLE) | WRITING


@pytest.fixture(scope="module")
def keys(django_db_setup, django_db_blocker) -> Iterator[dict[str, Any]]:
    with lasting(django_db_blocker, world) as found:
        yield found


def world() -> dict[str, Any]:
    """One of each thing that an address may speak of, by the name that the table has for it."""
    incident = make.incident("repairing")
    used = workflow.reserve(by=None, department=make.department(), kind="收据", prefix="B", count=9)
    workflow.open_batch(used.pk, by=make.person("chuangkou"), incident=incident)
    review = make.plan("review")
    supply = keeping.item(5)
    return {
        **said_all_clear(),
        "item": supply.pk,
        "store": supply.place_id,
        "balance": supply.balances.get().pk,
        "inspection": keeping.inspection(supply).pk,
        "loan": keeping.lend(supply)[0].pk,
        "fund": keeping.fund().pk,
        "count": keeping.count(supply).pk,
        "payment": keeping.payment().pk,
        **keeping.receipt_keys(),
        "supplier": keeping.supplier().pk,
        **teaching.keys(),
        "comment": plans.workflow.comment(review.number, by=make.person("cs"), text="x").pk,
        "incident": incident.pk,
        "drill_incident": make.report(is_drill=True).pk,
        "call_down": drills.workflow.begin_call_down(
            by=make.person("admin"), groups=[make.group("fault")]
        ).pk,
        "paper_used": used.pk,
        "paper_entry": workflow.reenter(
            used.pk, by=make.person("chuangkou"), numbers="1", event_from=make.later(hours=-1)
        ).pk,
        "paper_place": make.department().pk,
        "paper_batch": workflow.register(
            by=None, department=make.department(), kind="收据", prefix="A", first=1, last=9
        ).pk,
        "paper_mode": workflow.manual_on(
            incident.pk,
            by=make.person("leader"),
            departments=[make.department()],
            reason="x",
            minutes=30,
        )[0].pk,
        "order": Order.objects.get(incident=incident).pk,
        "check": Check.objects.filter(incident=incident).first().pk,  # type: ignore[union-attr]
        "reviewed": make.incident("reviewing").pk,
        "person": make.person("cs2").pk,
        "place": make.department("保卫科").pk,
        "window": make.department("门诊收费处").pk,
        "hall": make.place().pk,
        "notice": drafted(incident).pk,
        "maintenance": planned().pk,
        "some_services": [make.service().pk],
        "group": make.group("fault").pk,
        "handover": making.handover().pk,
        "law": law_clock(incident).pk,
        "attacked": make.confirmed(fault_type="attack").pk,
        "repairer": make.person("it").pk,
        "planned_drill": practising.planned().pk,
        **practising.keys(),
        "file": make.file(incident).pk,
        "roster": making.roster(name="名单").pk,
        "replacement": making.replacement().pk,
        "leave": making.leave(make.person("stranger")).pk,
        "stand_in": making.stand_in(make.person("cs2"), make.person("stranger")).pk,
    }


def said_all_clear() -> dict[str, int]:
    clear = make.incident("cleaning")
    make.all_clear(clear)
    said = AllClear.objects.get(incident=clear)
    mine = said.receipts.get(department=make.department())
    return {"clear_said": said.pk, "clear_receipt": mine.pk}


def law_clock(incident: Incident) -> Deadline:
    workflow.arm_regulatory(incident.pk)
    return Deadline.objects.filter(incident=incident, kind="regulatory").first()  # type: ignore[return-value]


def client_of(who: str) -> Client:
    client = Client()
    if who != "anonymous":
        client.force_login(make.person(who))
    return client


def address(name: str, row: Row, keys: dict[str, Any]) -> str:
    wanted = {part: keys.get(value, value) for part, value in row.arguments.items()}
    key = keys["order" if ":order" in name or name.endswith("order_verb") else "incident"]
    if name.startswith("api:check"):
        key = keys["check"]
    spare = {"pk": key, "incident_pk": keys["reviewed" if "reviews" in name else "incident"]}
    for extra in (
        {},
        *({part: spare[part]} for part in spare),
        {"pk": key, "check": keys["check"]},
        {"pk": key, "file": keys["file"]},
    ):
        try:
            return reverse(name, kwargs=wanted | extra)
        except Exception as error:
            last = error
    raise last


@pytest.mark.parametrize("who", ["anonymous", *ROLES])
def test_each_role_gets_exactly_where_it_may(who, keys):
    client, wrong = client_of(who), []
    for name, rows in TABLE.items():
        if name == "journal:live":
            continue  # A stream has no end and closes its connection: tests/journal listens to it.
        for row in rows if isinstance(rows, list) else [rows]:
            with transaction.atomic():
                url = address(name, row, keys)
                said = {
                    part: keys.get(str(value), value) for part, value in (row.post or {}).items()
                }
                if row.post is None:
                    answer = client.get(url)
                elif name.startswith("api:"):
                    answer = client.post(url, said, content_type="application/json")
                else:
                    answer = client.post(url, said)
                transaction.set_rollback(True)
            if (who in row.allowed) == refused(answer):
                wrong.append((name, row.arguments, row.post, answer.status_code))
            if answer.status_code >= 500 and name != "ready":
                wrong.append((name, "error", answer.status_code))
            if answer.status_code == 200 and without_token(answer):
                wrong.append((name, "a form without its token"))
            if name == "account_logout":
                client = client_of(who)
    assert not wrong


def without_token(answer: Any) -> list[str]:
    """Forms that the protection against forgery refuses when they are sent without JavaScript."""
    if answer.streaming or "html" not in answer.headers.get("Content-Type", ""):
        return []
    forms = re.findall(r"<form[^>]*method=.post.*?</form>", answer.content.decode(), re.S)
    return [form for form in forms if "csrfmiddlewaretoken" not in form]


def refused(answer: Any) -> bool:
    if answer.status_code in (401, 403):
        return True
    to = answer.headers.get("Location", "")
    return answer.status_code == 302 and to.startswith(reverse("account_login") + "?next=")


@pytest.mark.parametrize("who", ["anonymous", "auditor"])
def test_nobody_who_only_reads_gets_a_verb_done(who, keys):
    from journal.models import Entry

    client, before = client_of(who), Entry.objects.count()
    for name in sorted(WRITING - {"api:None"}):
        url = address(name, get(verb="publish") if name.endswith("verb") else get(), keys)
        answer = client.post(url, {"reason": "x"}, content_type="application/json")
        assert answer.status_code < 500, name
        assert who == "auditor" or refused(answer), name
    assert Entry.objects.count() == before


@pytest.mark.parametrize("who", ["anonymous", *ROLES])
def test_the_administration_is_for_administrators_and_read_only_for_auditors(who, keys):
    client = client_of(who)
    enters, changes = who in ("admin", "auditor"), who == "admin"
    for model in ("incidents_incident", "incidents_order", "teams_person", "plans_planversion"):
        assert (client.get(reverse(f"admin:{model}_changelist")).status_code == 200) == enters
    assert (client.get(reverse("admin:journal_entry_changelist")).status_code == 200) == enters
    assert (client.get(reverse("admin:teams_person_add")).status_code == 200) == changes
    pk = keys["incident"]
    for act in ("add", "delete"):
        arguments = [] if act == "add" else [pk]
        url = reverse(f"admin:incidents_incident_{act}", args=arguments)
        assert client.get(url).status_code in (302, 403)
    change = reverse("admin:incidents_incident_change", args=[pk])
    assert client.post(change, {"state": "closed"}).status_code in (302, 403)
    for foreign in ("knox_authtoken", "account_emailaddress"):
        assert client.get(reverse(f"admin:{foreign}_changelist")).status_code in (302, 403)
