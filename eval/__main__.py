"""`python -m eval` is `lamina-eval`."""

from eval.cli import main

main()
