"""Soft preferences over the scored candidates: which of them, and in what order."""
