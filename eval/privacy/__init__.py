"""How well identifiers are found: synthetic notes with labelled spans, and the measure."""
