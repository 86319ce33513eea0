"""Judges answers over question sets, through the same door as everyone."""
