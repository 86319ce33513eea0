"""A procedure note in; facts with quotes, claim lines, gaps and queries out. Start with reader.py."""
