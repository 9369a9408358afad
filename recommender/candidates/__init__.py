"""Where candidates come from, how they are blended, and what may not be shown at all."""
