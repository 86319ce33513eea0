"""Benchmarks: start, latency and memory of the server, beside the plainest retriever."""
