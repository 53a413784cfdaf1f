from inventory.models.inspecting import Alarm, Inspection
from inventory.models.item import Batch, Item
from inventory.models.place import Place
from inventory.models.stock import Balance, Loan, Move, Reservation

__all__ = [
    "Alarm",
    "Balance",
    "Batch",
    "Inspection",
    "Item",
    "Loan",
    "Move",
    "Place",
    "Reservation",
]
