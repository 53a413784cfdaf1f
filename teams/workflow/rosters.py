"""Verbs of the administrator on a roster's rules: make, change, undo."""

import dataclasses
import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from journal import moving
from journal.recording import now, record
from journal.refusals import Conflict, Incomplete, NotAllowed
from teams import conflicts
from teams import duty_authority as authority
from teams.models import Layer, LayerMember, Person, ResponseGroup, Roster, RosterEdit
from teams.rules import LayerRules, RosterRules, as_plain, from_plain, rules_of
from teams.workflow.calendar import lock_duty, recompile


@transaction.atomic
def create_roster(
    *, by: Person | None, group: ResponseGroup, rules: RosterRules, accept_conflicts: str = ""
) -> Roster:
    """A new roster of a group, compiled at once. Administrators only.

    Raises ConflictsFound where it would bring conflicts and no reason says why they are accepted.
    """
    lock_duty()
    at = now()
    _allowed(by)
    _check(rules)
    accepted = _insist(Roster(group=group), rules, by, at, accept_conflicts)
    roster = Roster.objects.create(group=group, **rules.facts)
    _put_layers(roster, rules)
    recompile([roster], by=by, at=at)
    record(
        roster.stream,
        "roster.create",
        by=by,
        at=at,
        facts={"name": roster.name, "group": str(group), "rules": as_plain(rules), **accepted},
    )
    return roster


@transaction.atomic
def change_roster(
    pk: int,
    *,
    by: Person | None,
    rules: RosterRules,
    version: int | None = None,
    accept_conflicts: str = "",
) -> Roster:
    """Other rules for a roster, whose calendar follows from now on. Administrators only.

    The rules as they were are kept, for `undo_roster`. Raises ConflictsFound where the change would
    bring conflicts and no reason says why they are accepted.
    """
    lock_duty()
    roster = lock_roster(pk, by, version)
    rewrite(roster, rules, by=by, event="roster.change", accept_conflicts=accept_conflicts)
    return roster


def rewrite(
    roster: Roster,
    rules: RosterRules,
    *,
    by: Person | None,
    event: str,
    accept_conflicts: str = "",
    **told: Any,
) -> bool:
    """Other rules for a roster that is locked, behind `lock_duty`, told as `event`; False where
    they are the same. Raises as `change_roster` does."""
    at = now()
    _check(rules, roster)
    before = rules_of(roster)
    if before == rules:
        return False
    accepted = _insist(roster, rules, by, at, accept_conflicts)
    RosterEdit.objects.create(roster=roster, at=at, by=by, before=as_plain(before))
    _apply(roster, rules, by=by, at=at)
    record(
        roster.stream,
        event,
        by=by,
        at=at,
        facts={
            "name": roster.name,
            "changed": _changed(before, rules),
            "rules": as_plain(rules),
            **told,
            **accepted,
        },
    )
    return True


@transaction.atomic
def undo_roster(
    pk: int, *, by: Person, version: int | None = None, accept_conflicts: str = ""
) -> Roster:
    """The roster's rules as they were before the last edit that was not undone yet.

    Raises Conflict where there is none, and ConflictsFound as `change_roster` does.
    """
    lock_duty()
    at = now()
    roster = lock_roster(pk, by, version)
    edit = RosterEdit.objects.filter(roster=roster, undone_at__isnull=True).first()
    if edit is None:
        raise Conflict(_("没有可以撤销的修改。"))
    before = rules_of(roster)
    rules = from_plain(edit.before)
    accepted = _insist(roster, rules, by, at, accept_conflicts)
    edit.undone_at = at
    edit.save(update_fields=["undone_at"])
    _apply(roster, rules, by=by, at=at)
    record(
        roster.stream,
        "roster.undo",
        by=by,
        at=at,
        facts={
            "name": roster.name,
            "changed": _changed(before, rules),
            "edit_at": edit.at,
            **accepted,
        },
    )
    return roster


def _allowed(by: Person | None) -> None:
    if not authority.may_edit_rosters(None, by):
        raise NotAllowed(_("值班表由管理员修改。"))


def lock_roster(pk: int, by: Person | None, version: int | None) -> Roster:
    """The roster, locked, for who may edit it. Raises NotAllowed, and Conflict on an older one."""
    _allowed(by)
    roster = Roster.objects.select_for_update(of=("self",)).select_related("group").get(pk=pk)
    moving.check_version(roster, version)
    return roster


def _insist(
    roster: Roster, rules: RosterRules, by: Person | None, at: datetime.datetime, reason: str
) -> dict[str, Any]:
    if by is None:
        # The product itself sets up what was thought through before: the demo, an import.
        return {}
    return conflicts.insist(conflicts.of_rules(roster, rules, at), reason)


def _apply(roster: Roster, rules: RosterRules, *, by: Person | None, at: datetime.datetime) -> None:
    for name, value in rules.facts.items():
        setattr(roster, name, value)
    roster.version += 1
    roster.save()
    roster.layers.all().delete()
    _put_layers(roster, rules)
    recompile([roster], by=by, at=at)


def _put_layers(roster: Roster, rules: RosterRules) -> None:
    for layer in rules.layers:
        facts = {
            field.name: getattr(layer, field.name)
            for field in dataclasses.fields(layer)
            if field.name != "people"
        }
        made = Layer.objects.create(roster=roster, **facts)
        LayerMember.objects.bulk_create(
            LayerMember(layer=made, person_id=person, position=position)
            for position, person in enumerate(layer.people, start=1)
        )


def _check(rules: RosterRules, roster: Roster | None = None) -> None:
    """Refuse what cannot be stored, in words. Raises Incomplete."""
    fields: dict[str, Any] = {}
    if not rules.name.strip():
        fields["name"] = _("请写值班表的名称。")
    elif Roster.objects.filter(name=rules.name).exclude(pk=roster.pk if roster else 0).exists():
        fields["name"] = _("已经有一张叫「%(name)s」的值班表。") % {"name": rules.name}
    if rules.position < 1:
        fields["position"] = _("一线填 1，二线填 2。")
    for layer in rules.layers:
        for field, sentence in _faults(layer):
            fields.setdefault(field, _("班次「%(layer)s」：") % {"layer": layer.name} + sentence)
    known = Person.objects.filter(pk__in=rules.people, is_active=True).count()
    if known != len(rules.people):
        fields["people"] = _("排班人员里有已停用的账号。")
    if fields:
        raise Incomplete(next(iter(fields.values())), fields=fields)


def _faults(layer: LayerRules) -> list[tuple[str, str]]:
    found = []
    if not layer.name.strip():
        found.append(("layer", _("请写班次名称，例如「夜班」。")))
    if not 1 <= layer.minutes <= 7 * 24 * 60:
        found.append(("minutes", _("时长在 1 分钟到 7 天之间。")))
    if layer.ends_on is not None and layer.ends_on < layer.starts_on:
        found.append(("ends_on", _("结束日期早于开始日期。")))
    if layer.turn_every < 1:
        found.append(("turn_every", _("至少 1 个单位轮换一次。")))
    if layer.at_once < 1:
        found.append(("at_once", _("至少一人。")))
    if not layer.people:
        found.append(("people", _("请至少选一个人。")))
    if (layer.days == Layer.Days.WEEKDAYS) != (1 <= layer.weekdays <= 127):
        found.append(("weekdays", _("请选择星期几。")))
    return found


def _changed(before: RosterRules, after: RosterRules) -> list[str]:
    """Names of what an edit changed: the roster's own facts, and layers by their name."""
    own = [name for name, value in after.facts.items() if before.facts[name] != value]
    old = {layer.name: layer for layer in before.layers}
    new = {layer.name: layer for layer in after.layers}
    layers = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    words = {field.name: str(field.verbose_name) for field in Roster._meta.fields}
    return [words[name] for name in own] + layers
