"""What happened: one append-only, hash-chained table; timeline, audit trail and outbox in one."""
