"""The archive: what the logs held, as Parquet files by day, each entry exactly once."""
