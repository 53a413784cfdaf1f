"""The shipped example, fitted to a hospital: what it names and the hospital has not, is replaced.

The example names the rosters, groups, services and departments of the demo hospital. Elsewhere a
rung that calls a missing roster calls a role or a group, cards of services that are not offered
are left out, and every replacement is told.
"""

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from plans import yaml_form
from plans.content import Value
from plans.names import Directory
from teams.models import ResponseGroup, Service

EXAMPLE = Path(__file__).parent / "example.yaml"
Kind = ResponseGroup.Kind
_GROUPS = {
    "应急处理领导小组": Kind.LEADING,
    "故障应急小组": Kind.FAULT,
    "后勤保障组": Kind.LOGISTICS,
}
# Whom a rung calls where the hospital keeps no such roster.
_INSTEAD: dict[str, dict[str, Any]] = {
    "信息技术部一线": {"role": "it"},
    "信息技术部二线": {"group": "故障应急小组", "part": "anyone"},
    "行政总值班": {"group": "应急处理领导小组", "part": "acting_head"},
}


def fitted(names: Directory) -> tuple[Value, list[str]]:
    """The example as this hospital can adopt it, and in sentences what was replaced or left out.

    Raises `plans.form.Unfit` where a group of the plan is missing as well.
    """
    value = yaml_form.parse(EXAMPLE.read_text(encoding="utf-8"))
    told: list[str] = []
    groups = _groups(names)
    value["ladders"] = {
        level: _ladder(rungs, names, groups, told) for level, rungs in value["ladders"].items()
    }
    value["service_cards"] = _cards(value["service_cards"], names, told)
    return value, list(dict.fromkeys(told))


def example_text(names: Directory) -> tuple[str, list[str]]:
    """`fitted` as a YAML text; where nothing is replaced, the shipped file with its comments."""
    value, told = fitted(names)
    text = EXAMPLE.read_text(encoding="utf-8") if not told else yaml_form.dump(value)
    return text, told


def _groups(names: Directory) -> dict[str, str]:
    """The plan's groups as this hospital calls them."""
    own = dict(ResponseGroup.objects.filter(kind__in=_GROUPS.values()).values_list("kind", "name"))
    known = set(names.known("group"))
    return {name: name if name in known else own.get(kind, name) for name, kind in _GROUPS.items()}


def _ladder(
    rungs: list[dict[str, Any]], names: Directory, groups: dict[str, str], told: list[str]
) -> list[dict[str, Any]]:
    targets = [_target(rung["to"], names, groups, told) for rung in rungs]
    return [
        rung | {"to": to}
        for place, (rung, to) in enumerate(zip(rungs, targets, strict=True))
        # Whoever stands for a missing roster may be called at another rung anyway: once is enough.
        if "roster" not in rung["to"] or "roster" in to or to not in _others(targets, place)
    ]


def _others(targets: list[dict[str, Any]], place: int) -> list[dict[str, Any]]:
    return targets[:place] + targets[place + 1 :]


def _target(
    to: dict[str, Any], names: Directory, groups: dict[str, str], told: list[str]
) -> dict[str, Any]:
    if "roster" in to and to["roster"] not in set(names.known("roster")):
        told.append(
            _("没有值班表「%(name)s」，升级链改为直接叫人员或小组。") % {"name": to["roster"]}
        )
        to = _INSTEAD[to["roster"]]
    if "group" in to and groups[to["group"]] != to["group"]:
        own = groups[to["group"]]
        told.append(_("「%(name)s」在本院叫「%(own)s」。") % {"name": to["group"], "own": own})
        to = to | {"group": own}
    return to


def _cards(cards: list[dict[str, Any]], names: Directory, told: list[str]) -> list[dict[str, Any]]:
    offered = {
        service.name: service.department.name
        for service in Service.objects.select_related("department")
    }
    departments = set(names.known("department"))
    fitted = []
    for card in cards:
        if card["service"] not in offered:
            told.append(_("没有业务「%(name)s」，它的业务卡没有收入。") % {"name": card["service"]})
        elif card["department"] not in departments:
            fitted.append(card | {"department": offered[card["service"]]})
        else:
            fitted.append(card)
    return fitted
