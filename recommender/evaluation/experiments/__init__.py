"""Experiments judged: what the variants did, how sure that is, and what it means in words."""
