"""`make bench`: the product measured against its goals, on embedded PostgreSQL."""
