"""Measuring briefs: how much of a story they hold, and what their checker finds and overlooks."""
