"""Faults: real processes against local sinks, struck in every way that we could think of."""
