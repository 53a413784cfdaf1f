"""Figures (指标): how fast the hospital answered, over many incidents (plan, row P17)."""
