"""One run as one HTML file that opens anywhere without a network.

Verdict, figures with their intervals, plots with their tables, what was lost and won, and
every sample that may be opened. A held-out sample is in the figures and nowhere else.
"""

from eval.reporting.page import render

__all__ = ["render"]
