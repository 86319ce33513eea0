"""Scripted chat models behind a real HTTP server, good and bad, and what gets through."""
