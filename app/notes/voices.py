"""The title and the account of the work, put together: agreed, or contradicting. Pure.

A title is weaker than the account, yet what they contradict is told (contradicted.py).
"""

from collections.abc import Sequence

from app.notes.contradicted import levels_agree, of_title, one_needle, one_side, sides_agree
from app.notes.places import Site, Told, site_of
from app.notes.sites import Act, Voice
from app.notes.ways import proving
from app.notes.words import NoteWords
from knowledge.codebook import Codebook


def together(title: Voice, body: Voice, words: NoteWords, book: Codebook) -> Told:
    """The sites of the session."""
    told = Told([])
    heads, acts = list(title.acts), list(body.acts)
    if not heads:
        acts, _ = _changed(acts, heads, body, words)
        told.sites = [site_of(act, body, book) for act in acts]
        one_needle(told, acts, body, words)
        one_side(told, body, words)
        return told
    if not acts:
        told.sites = [site_of(act, title, book) for act in heads]
        return told
    acts, heads = _changed(acts, heads, body, words)
    single = len(heads) == 1
    for head in heads:
        mine = _matching(head, acts)
        told.sites.append(_joined(head, mine, title, body, words, book, told, single))
    if single:
        of_title(told, heads[0], acts, words)
    return told


def _changed(
    acts: list[Act], heads: list[Act], body: Voice, words: NoteWords
) -> tuple[list[Act], list[Act]]:
    """Where the work was turned into another, only what was done in the end counts."""
    cue = next(iter(words.found("cue", "changed", body.text)), None)
    kinds = {a.approach for a in acts if a.approach}
    if cue is None or len(kinds) < 2:
        return acts, heads
    after = [a for a in acts if a.said and a.said.start >= cue[0]]
    if not after:
        return acts, heads
    if not heads:
        return after, heads
    return after, [h for h in heads if h.approach in {a.approach for a in after}] or [
        Act(
            a.approach,
            a.group or heads[0].group,
            a.levels or heads[0].levels,
            heads[0].region,
            a.said,
        )
        for a in after
    ]


def _matching(head: Act, acts: Sequence[Act]) -> list[Act]:
    """What the account says of the procedure that the title names."""
    same = [
        a for a in acts if head.approach is None or a.approach in (head.approach, None) or a.hinted
    ]
    return [a for a in same if a.group in (head.group, "") or not head.group]


def _plainer(act: Act, head: Act) -> bool:
    """Does the account name the way in more plainly than the title: "interlaminar" than "CESI"?"""
    if head.approach == "intrathecal" or head.said is None:
        return True
    return bool(act.said and proving(act.said)[0] and not proving(head.said)[0])


def _joined(
    head: Act,
    mine: Sequence[Act],
    title: Voice,
    body: Voice,
    words: NoteWords,
    book: Codebook,
    told: Told,
    single: bool,
) -> Site:
    site = site_of(head, title, book)
    repeated = words.cue("repeated", body.text)
    for act in mine:
        own = site_of(act, body, book)
        for fact, place in own.places.items():
            site.places.setdefault(fact, place)
        if act.said and act.approach == head.approach and _plainer(act, head):
            # the account of the way in proves it, not the letters or the trial of a title
            site.places["approach"] = (act.said.start, act.said.end)
        site.region = site.region or act.region
        site.group = site.group or act.group
        if site.approach is None and act.approach:
            site.approach = act.approach
        levels_agree(site, own, head, act, title, body, repeated, book, told)
        sides_agree(site, own, title, body, repeated, told, single)
    return site
