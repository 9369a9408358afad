"""What the reader is told: reasons, labels, and every sentence in four languages."""
