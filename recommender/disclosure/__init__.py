"""What the reader is told: reasons, and in time the labels."""
