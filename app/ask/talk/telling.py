"""The line that says what was kept, put into a draft. Pure."""

from app.ask.phrases import kept_line
from app.ask.turn import Draft, Sentence


def with_kept(draft: Draft) -> Draft:
    """The draft with "Still: ..." behind its verdict; as it is where nothing was kept."""
    line = kept_line(draft.evidence.reading)
    if not line or not draft.sentences:
        return draft
    ends = [n for n, s in enumerate(draft.sentences) if "\n" in s.after]
    place = ends[0] + 1 if ends else len(draft.sentences)
    before = [*draft.sentences[:place]]
    if not ends:
        before[-1] = before[-1].model_copy(update={"after": "\n"})
    told = Sentence(text=line, after="\n" if place < len(draft.sentences) else "")
    sentences = (*before, told, *draft.sentences[place:])
    return draft.model_copy(update={"sentences": sentences})
