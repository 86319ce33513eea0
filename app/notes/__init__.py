"""A procedure note in; facts, claim lines, gaps and queries out. Start with reader.py."""
