from inventory.models.item import Batch, Item
from inventory.models.place import Place
from inventory.models.stock import Balance, Loan, Move, Reservation

__all__ = ["Balance", "Batch", "Item", "Loan", "Move", "Place", "Reservation"]
