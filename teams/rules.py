"""A roster's rules as plain values: what forms make, edits snapshot and the compiler reads."""

import dataclasses
import datetime
from dataclasses import dataclass
from typing import Any

from teams.models.duty import Layer, Roster

_OF_ROSTER = (
    *("name", "position", "round_the_clock", "stands_in_for_leadership"),
    *("minimum_rest_hours", "remind_minutes", "handover_minutes", "is_active"),
)


@dataclass(frozen=True)
class LayerRules:
    """A shift that recurs; the fields mean what they mean in `models.Layer`.

    `people`: keys of who takes turns, in order. `begins` is local time; `ends_on` is included.
    """

    name: str
    people: tuple[int, ...]
    starts_on: datetime.date
    begins: datetime.time
    minutes: int
    ends_on: datetime.date | None = None
    position: int = 1
    kind: str = Layer.Kind.ROTATION
    days: str = Layer.Days.EVERY
    weekdays: int = 0
    turn: str = Layer.Turn.DAY
    turn_every: int = 1
    at_once: int = 1

    @property
    def width(self) -> int:
        """How many serve at once."""
        return len(self.people) if self.kind == Layer.Kind.FIXED else self.at_once


@dataclass(frozen=True)
class RosterRules:
    """Everything about a roster that an administrator edits, as one value."""

    name: str
    layers: tuple[LayerRules, ...] = ()
    position: int = 1
    round_the_clock: bool = True
    stands_in_for_leadership: bool = False
    minimum_rest_hours: int = 0
    remind_minutes: int | None = 60
    handover_minutes: int | None = 30
    is_active: bool = True

    def changed(self, **facts: Any) -> "RosterRules":
        """The same rules but for these facts."""
        return dataclasses.replace(self, **facts)

    @property
    def facts(self) -> dict[str, Any]:
        """What is the roster's own, without its layers."""
        return {name: getattr(self, name) for name in _OF_ROSTER}

    @property
    def people(self) -> set[int]:
        return {person for layer in self.layers for person in layer.people}


def rules_of(roster: Roster) -> RosterRules:
    """The rules as they are stored; two queries where nothing was fetched before."""
    layers = roster.layers.prefetch_related("members")
    return RosterRules(
        layers=tuple(_layer_rules(layer) for layer in layers),
        **{name: getattr(roster, name) for name in _OF_ROSTER},
    )


def _layer_rules(layer: Layer) -> LayerRules:
    names = {field.name for field in dataclasses.fields(LayerRules)} - {"people"}
    return LayerRules(
        people=tuple(member.person_id for member in layer.members.all()),
        **{name: getattr(layer, name) for name in names},
    )


def as_plain(rules: RosterRules) -> dict[str, Any]:
    """The rules for a JSON column; `from_plain` gives them back."""
    return dataclasses.asdict(rules) | {
        "layers": [
            dataclasses.asdict(layer)
            | {
                "people": list(layer.people),
                "starts_on": layer.starts_on.isoformat(),
                "ends_on": layer.ends_on and layer.ends_on.isoformat(),
                "begins": layer.begins.isoformat(),
            }
            for layer in rules.layers
        ]
    }


def from_plain(plain: dict[str, Any]) -> RosterRules:
    """The rules that `as_plain` wrote."""
    layers = tuple(
        LayerRules(
            **layer
            | {
                "people": tuple(layer["people"]),
                "starts_on": datetime.date.fromisoformat(layer["starts_on"]),
                "ends_on": layer["ends_on"] and datetime.date.fromisoformat(layer["ends_on"]),
                "begins": datetime.time.fromisoformat(layer["begins"]),
            }
        )
        for layer in plain["layers"]
    )
    return RosterRules(**plain | {"layers": layers})
