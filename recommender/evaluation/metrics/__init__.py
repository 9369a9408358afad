"""Metrics over many impressions at once: a number for each impression, NaN where undefined."""
