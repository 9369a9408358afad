"""Off-policy evaluation: what another policy would have got, told from a log with propensities."""
