"""The plainest LangChain + Chroma retriever over the same passages and model, served.

The yardstick of `measure`: no rules, no reading, no check; the nearest passages as they
are. Run as `python -m eval.speed.plain PORT`.
"""

import sys
from typing import Any

import uvicorn
from fastapi import FastAPI
from langchain_chroma import Chroma
from langchain_core.embeddings import Embeddings

from ingest.chunking import cut
from ingest.embedding import SentenceTransformersEmbedder, weights_folder
from knowledge.tables import load


class Plain(Embeddings):
    """The packaged weights on sentence-transformers."""

    def __init__(self) -> None:
        self._model = SentenceTransformersEmbedder("plain", weights_folder())

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._model.embed(texts).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        return self.embed_documents([text])[0]


def create() -> FastAPI:
    """POST /v1/ask {"question"} -> the three nearest passages."""
    passages = [p for guide in load().guides for p in cut(guide)]
    store = Chroma.from_texts([p.text for p in passages], Plain())
    app = FastAPI()

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/v1/ask")
    def ask(request: dict[str, Any]) -> dict[str, list[str]]:
        found = store.similarity_search(request["question"], k=3)
        return {"passages": [d.page_content for d in found]}

    return app


if __name__ == "__main__":
    uvicorn.run(create(), port=int(sys.argv[1]), log_level="warning")
