"""Trending as exact forward decay, and surge: pure functions."""
