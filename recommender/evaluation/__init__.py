"""Numbers that say how good lists are; nothing here knows where the lists come from."""
