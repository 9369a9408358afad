"""Redis: the connection, every key, and the scripts that change what belongs together."""
