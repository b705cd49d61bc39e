"""HTML from templates: everything in the file, so that it prints the same on a machine without a network.

Autoescape is on; no template puts a value of a question or a name into a style or a script.
"""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@cache
def _templates() -> Environment:
    loader = PackageLoader("handlers.papers", "")
    return Environment(
        loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def page_from(template: str, **values: object) -> str:
    return _templates().get_template(template).render(**values)
