"""Take out what could name a patient, before anything is embedded, kept, logged or sent.

`redact(text)` gives the text with typed placeholders such as [NAME_1], and what was found
by kind and place. It never returns, shows or logs the words it took out.
"""

from app.ask.privacy.redacting import redact
from app.ask.privacy.values import Found, Redacted

__all__ = ["Found", "Redacted", "redact"]
