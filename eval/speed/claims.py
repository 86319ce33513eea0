"""How long a file of claim lines takes, from the shell's prompt to the last finding.

Draws claims over every code held, on many dates, many payers and places: the tables of a day
are looked up anew for each date, so a real month of claims is quicker. Run as
`python -m eval.speed.claims [LINES]`.
"""

import csv
import random
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from knowledge.tables import load

FIRST, DAYS = date(2024, 1, 1), 1000
MOST = 4
"""Lines of one claim."""


def draw(lines: int, seed: int = 0) -> list[list[str]]:
    """A header and so many lines, the same for the same seed."""
    chance = random.Random(seed)
    book = load().on(FIRST)
    codes, modifiers = sorted(book.every_code), ["", *sorted(book.modifier_names)]
    diagnoses = sorted(book.diagnoses)
    rows = [["claim_id", "service_date", "code", "modifiers", "diagnoses", "pos", "payer"]]
    claim = 0
    while len(rows) <= lines:
        claim += 1
        day = FIRST + timedelta(days=chance.randrange(DAYS))
        around = [chance.choice(["11", "22", "24"]), chance.choice(["medicare", "commercial", ""])]
        for _ in range(min(chance.randint(1, MOST), lines + 1 - len(rows))):
            drawn = [chance.choice(codes), chance.choice(modifiers), chance.choice(diagnoses)]
            rows.append([str(claim), day.isoformat(), *drawn, *around])
    return rows


def measure(lines: int) -> float:
    """Seconds of `lamina claim` over a drawn file."""
    with tempfile.TemporaryDirectory() as folder:
        file, out = Path(folder) / "claims.csv", Path(folder) / "findings.csv"
        with file.open("w", encoding="utf-8", newline="") as target:
            csv.writer(target).writerows(draw(lines))
        command = ["-m", "app", "claim", str(file), "--format", "csv", "--out", str(out)]
        began = time.perf_counter()
        subprocess.run([sys.executable, *command], check=False)
        return time.perf_counter() - began


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    print(f"{count} lines in {measure(count):.1f} s")
