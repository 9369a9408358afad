"""Rankers trained from lists that were offered and clicked."""
