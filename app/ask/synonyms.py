"""Words of the trade's everyday prose that say one thing, by their stems. Pure.

Only for how much of a sentence its row says: no pair here turns a meaning, and codes, figures,
sites and denials are compared by themselves.
"""

from app.ask.stems import stem

GROUPS = """
includes included inside bundled built inherent incorporated baked folded
finer narrower specific precise
form version variant kind type
amount payment rate figure fee price
physician doctor clinician practitioner provider professional
move shift transfer pass
visit encounter session sitting
different separate distinct another
stop discontinue halt abort cancel
begin start commence
document chart record write note
append attach add
belong fit apply
vary differ depend change
trouble problem difficulty issue
payer insurer carrier plan
drug medication medicine
lessen reduce shorten curtail
choice decision option
replace substitute supersede
require need demand
allow permit accept
reason justification grounds
expect anticipate
assume presume
limit cap ceiling maximum
pay reimburse
deny refuse reject
query ask
answer reply response
injection shot
verify confirm check
count tally
describe represent
show indicate signal tell
performed done carried
several multiple many
schedule book
level interspace
year annual yearly
national nationally nationwide
repeat again
"""
"""One group a line."""
CANONICAL = {
    form: stem(line.split()[0])
    for line in GROUPS.splitlines()
    if line.strip()
    for word in reversed(line.split())
    for form in (stem(word), stem(stem(word)))
}


def one_of(stemmed: str) -> str:
    """The stem that stands for all of its group."""
    return CANONICAL.get(stemmed) or CANONICAL.get(stem(stemmed), stemmed)
