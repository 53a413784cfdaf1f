"""Pages of the plan: reading it, writing drafts, deciding on them."""
