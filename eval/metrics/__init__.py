"""Deterministic metrics: each takes an answer or a ranking and gold, and gives numbers between 0 and 1."""
