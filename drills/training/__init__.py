"""Training (plan, row P20): courses, sessions, signing in, who is covered and until when."""


def register() -> None:
    """Called once, when the app is ready: words for the journal, alerts, proofs of measures."""
    from drills.training import audience, proving, telling  # noqa: F401  (some register themselves)

    audience.subscribe_all()
