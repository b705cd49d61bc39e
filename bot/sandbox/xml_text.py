"""WeCom's XML, read and written: one level of names, values in CDATA, numbers bare.

Written from (name, value) pairs in order; a value is a text, a whole number, or again pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

Pairs: TypeAlias = "Sequence[tuple[str, str | int | Pairs]]"


def _value(value: str | int | Pairs) -> str:
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return f"<![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]>"
    return "".join(f"<{name}>{_value(inner)}</{name}>" for name, inner in value)


def write(pairs: Pairs) -> str:
    """The document `<xml>…</xml>`."""
    return f"<xml>{_value(pairs)}</xml>"


def read(document: str) -> Element | None:
    """The root element, or None when the document is malformed, has a DTD, or is not an `<xml>`."""
    try:
        root: Element = fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return None
    return root if root.tag == "xml" else None


def text_of(element: Element, name: str) -> str:
    """The text of the child `name`, or ""."""
    return element.findtext(name) or ""
