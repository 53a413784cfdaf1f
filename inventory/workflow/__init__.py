"""The verbs of supplies: the only code that writes this room's tables."""

from inventory.workflow.counting import (
    cancel_count,
    countersign_count,
    enter_counts,
    sign_count,
    start_count,
)
from inventory.workflow.funds import (
    add_receipt,
    approve,
    attach_receipt,
    deposit,
    open_fund,
    pay,
    refuse_payment,
    settle,
)
from inventory.workflow.importing import accept_supplies, drop_supplies, upload_supplies
from inventory.workflow.inspecting import also_watch, inspect, is_news, watch
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
from inventory.workflow.suppliers import add_supplier, change_supplier

__all__ = [
    "Purpose",
    "Wanted",
    "accept_supplies",
    "add_item",
    "add_place",
    "add_receipt",
    "add_supplier",
    "also_watch",
    "approve",
    "attach_receipt",
    "cancel_count",
    "change_item",
    "change_place",
    "change_supplier",
    "countersign_count",
    "deposit",
    "drop_supplies",
    "enter_counts",
    "give_back",
    "inspect",
    "is_news",
    "lend",
    "open_fund",
    "pay",
    "put_into_service",
    "put_out_of_service",
    "receive",
    "refuse_payment",
    "release",
    "reserve",
    "settle",
    "sign_count",
    "start_count",
    "switch_item",
    "transfer",
    "upload_supplies",
    "watch",
    "write_off",
]
