"""Parts of a draft as the editor shows them: lists of items, each in a line or two of words."""

from collections.abc import Callable
from typing import Any

from plans import content, editing, form, wording
from plans.models import PlanVersion
from teams.models import Person

Words = tuple[str, str]


def parts_shown(plan: PlanVersion) -> list[dict[str, Any]]:
    """Every part with its title and how much is in it."""
    return [_summary(part, content.read_part(plan, part)) for part in form.PARTS]


def part_shown(plan: PlanVersion, part: str, *, only: str = "") -> dict[str, Any]:
    """One part with its items, each with what may be done with it."""
    value = content.read_part(plan, part)
    shown = _summary(part, value)
    if part in form.OWN:
        return shown
    people = dict(Person.objects.values_list("username", "name")) if part == "ladders" else {}
    keys = form.KEYED.get(part, ("",))
    shown["lists"] = [
        {
            "key": key,
            "anchor": key or part,
            "title": wording.key_title(part, key) if key else "",
            "items": _items(part, editing.items_of(value, part, key), people),
        }
        for key in keys
        if not only or key == only
    ]
    return shown


def _summary(part: str, value: Any) -> dict[str, Any]:
    is_own, is_keyed = part in form.OWN, part in form.KEYED
    count = 1 if is_own else sum(map(len, value.values())) if is_keyed else len(value)
    return {
        "part": part,
        "title": wording.part_title(part),
        "is_own": is_own,
        # Grades stand in their own order.
        "is_ordered": part != "grades",
        "says": wording.said(part, value) if is_own else "",
        "count": count,
    }


def _items(part: str, items: list[Any], people: dict[str, str]) -> list[dict[str, Any]]:
    shown = []
    for place, item in enumerate(items, start=1):
        title, about = _WORDS[part](item, people)
        first, last = place == 1, place == len(items)
        below = 0
        if part == "sections":
            start, end = editing.branch(items, place)
            below = end - start - 1
            last = end == len(items)
        shown.append(
            {
                "place": place,
                "title": title,
                "about": about,
                "is_first": first,
                "is_last": last,
                "below": below,
                "depth": editing.depth(item) if part == "sections" else 1,
            }
        )
    return shown


def _section(item: dict[str, Any], people: dict[str, str]) -> Words:
    body = item["body"].replace("\n", " ")
    return f"{item['number']} {item['title']}", body[:60] + ("…" if len(body) > 60 else "")


def _grade(item: dict[str, Any], people: dict[str, str]) -> Words:
    targets = "；".join(
        f"{wording.field_title(target)} {wording.said(target, item[target])}"
        for target in form.TARGETS
        if item[target] is not None
    )
    return f"{wording.said('level', item['level'])}　{item['meaning']}", targets


def _rung(item: dict[str, Any], people: dict[str, str]) -> Words:
    about = [f"+{wording.said('after', item['after'])}"]
    if item["channels"]:
        about.append(wording.said("channels", item["channels"]))
    about.append(f"{wording.field_title('acknowledgers')} {item['acknowledgers']}")
    if item["next_way"] is not None:
        about.append(f"{wording.field_title('next_way')} {item['next_way']}")
    return wording.target(item["to"], people), "；".join(about)


def _clock(item: dict[str, Any], people: dict[str, str]) -> Words:
    hours = f"{item['hours']} {wording.field_title('hours')}"
    return item["rule"], f"{hours}；{item['who']}；{item['source']}"


_WORDS: dict[str, Callable[[Any, dict[str, str]], Words]] = {
    "sections": _section,
    "grades": _grade,
    "grading": lambda item, _: (
        item["question"],
        wording.said("level_if_yes", item["level_if_yes"]),
    ),
    "ladders": _rung,
    "checklists": lambda item, _: wording.step(item),
    "service_cards": lambda item, _: (f"{item['service']}　{item['department']}", item["risk"]),
    "notice_templates": lambda item, _: (item["name"], f"{item['affected']} {item['advice']}"),
    "supplies": lambda item, _: (item["item"], f"{item['quantity']} {item['unit']}"),
    "clocks": _clock,
}
