"""How one turn of a conversation follows another. Pure.

`following.py` has the steps: marks.py hears what marks a follow-up, merging.py joins what was
said to what is said, restating.py puts it into one question that stands by itself.
"""
