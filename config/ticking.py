"""What beat rings for, how often, and which worker takes it: a part of `config.settings`."""

# What is done each second, one after another in one task: a message through Redis for each of them
# would cost an idle machine more than what they do.
EVERY_SECOND = (
    "ops.tasks.take_stock",
    *("incidents.tasks.climb", "notices.tasks.climb", "notices.tasks.keep_planned"),
    "drills.tasks.give_due",
    "journal.tasks.relay",
)
# What rooms beside ops put into the demo hospital, in this order.
DEMO_PARTS = ("drills.demo.practise", "drills.training.demo.train", "reviews.demo.tell")
# The same for the sender, which waits for others and so has a worker of its own.
EVERY_SECOND_OF_SENDER = ("notices.tasks.deliver",)
# A tick that nobody took within its own period is worthless: the next one does the same.
CELERY_BEAT_SCHEDULE = {
    name: {"task": task, "schedule": seconds, "options": {"expires": seconds * 2}}
    for name, task, seconds in (
        ("tick", "ops.tasks.tick", 1.0),
        ("sender-tick", "ops.tasks.sender_tick", 1.0),
        ("seal", "journal.tasks.seal", 10.0),
        ("remind", "teams.tasks.remind", 30.0),
        ("supplies", "inventory.tasks.watch", 60.0),
        ("drills", "drills.tasks.watch", 60.0),
        ("actions", "reviews.tasks.remind_of_actions", 60.0),
        ("training", "drills.tasks.remind_of_training", 300.0),
        ("take_effect", "plans.tasks.take_effect", 5.0),
        ("canary", "notices.tasks.canary", 60.0),
        ("tidy", "notices.tasks.tidy", 600.0),
        ("sign-of-life", "ops.tasks.sign_of_life", 60.0),
        ("kits", "ops.tasks.keep_kits", 5.0),
    )
}
# Sending waits for others. It has a worker of its own, so that no clock ever waits with it.
CELERY_TASK_ROUTES = {
    name: {"queue": "sender"}
    for name in ("notices.tasks.deliver", "ops.tasks.sender_tick", "ops.tasks.sign_of_life")
} | {
    # On Redis 0 goes first and 9 last: whatever waits to be relayed, the clocks of the next second
    # are looked at before.
    "journal.tasks.relay": {"priority": 9}
}
