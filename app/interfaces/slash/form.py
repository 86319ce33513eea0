"""The body of a request -> its fields, or Unproved. Pure."""

from urllib.parse import parse_qs

from starlette.datastructures import Headers

from app.interfaces.slash.visit import Unproved

MOST_FIELDS = 60


def fields(body: bytes, headers: Headers) -> dict[str, str]:
    """Every field once. Raises Unproved."""
    kind, _, rest = headers.get("content-type", "").lower().partition(";")
    charset = rest.partition("charset=")[2].strip(' "') or "utf-8"
    if kind.strip() != "application/x-www-form-urlencoded" or charset not in ("utf-8", "utf8"):
        raise Unproved("the body is not a form in UTF-8")
    try:
        found = parse_qs(
            body.decode("utf-8"),
            keep_blank_values=True,
            encoding="utf-8",
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError as why:
        raise Unproved("the form cannot be read") from why
    if any(len(values) != 1 for values in found.values()):
        raise Unproved("a field of the form stands there twice")
    return {name: values[0] for name, values in found.items()}
