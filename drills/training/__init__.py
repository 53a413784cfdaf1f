"""Training (plan, row P20): courses, sessions, signing in, who is covered and until when."""
