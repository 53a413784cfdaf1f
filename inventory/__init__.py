"""With what: supplies, stock moves, loans, inspections, the emergency fund (plan, row P19)."""
