"""A chat model as the writer of the reasons: shown marked evidence, checked before it is shown.

`shelf.py` is what it sees, `prompt.py` how it is told, `talk.py` the exchange with it,
`writer.py` the writer. Nothing here decides a code, unit, modifier, amount or date.
"""
