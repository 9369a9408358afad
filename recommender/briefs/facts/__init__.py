"""What a sentence states that its sources can be asked for: numbers, dates, names, quotations."""
