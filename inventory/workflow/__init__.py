"""The verbs of supplies: the only code that writes this room's tables."""

from inventory.workflow.inspecting import inspect, watch
from inventory.workflow.items import (
    add_item,
    add_place,
    change_item,
    change_place,
    put_into_service,
    put_out_of_service,
    switch_item,
)
from inventory.workflow.lending import Purpose, Wanted, give_back, lend, release, reserve
from inventory.workflow.moves import receive, transfer, write_off

__all__ = [
    "Purpose",
    "Wanted",
    "add_item",
    "add_place",
    "change_item",
    "change_place",
    "give_back",
    "inspect",
    "lend",
    "put_into_service",
    "put_out_of_service",
    "receive",
    "release",
    "reserve",
    "switch_item",
    "transfer",
    "watch",
    "write_off",
]
