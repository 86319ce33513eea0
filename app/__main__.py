"""`python -m app` is `lamina`."""

from app.interfaces.cli import main

main()
