"""Scores: one answer against its case, a search against its gold, a run as figures. Pure."""
