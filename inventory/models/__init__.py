from inventory.models.counting import Count, CountLine
from inventory.models.fund import Fund, FundEntry, Payment, Receipt, ReceiptFile
from inventory.models.importing import SupplyImport
from inventory.models.inspecting import Alarm, Inspection
from inventory.models.item import Batch, Item
from inventory.models.place import Place
from inventory.models.stock import Balance, Loan, Move, Reservation
from inventory.models.supplier import Supplier

__all__ = [
    "Alarm",
    "Balance",
    "Batch",
    "Count",
    "CountLine",
    "Fund",
    "FundEntry",
    "Inspection",
    "Item",
    "Loan",
    "Move",
    "Payment",
    "Place",
    "Receipt",
    "ReceiptFile",
    "Reservation",
    "Supplier",
    "SupplyImport",
]
