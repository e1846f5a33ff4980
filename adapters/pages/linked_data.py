"""What pages say to machines: schema.org as JSON-LD."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from adapters.pages.renderer import script_data
from bot.papers import Paper

_CONTEXT = "https://schema.org"


def list_data(url: str, name: str, papers: Sequence[Paper]) -> Markup:
    """A page that lists papers."""
    items = [
        {"@type": "ListItem", "position": position, "item": _article(paper)} for position, paper in enumerate(papers, 1)
    ]
    contents = {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items}
    page = {"@type": "CollectionPage", "url": url, "name": name, "mainEntity": contents}
    return script_data({"@context": _CONTEXT, **page})


def paper_data(paper: Paper) -> Markup:
    """A page of one paper."""
    return script_data({"@context": _CONTEXT, **_article(paper), "abstract": paper.abstract})


def _article(paper: Paper) -> Mapping[str, Any]:
    """https://schema.org/ScholarlyArticle; the paper's own address is where it is discussed."""
    facts: dict[str, Any] = {
        "@type": "ScholarlyArticle",
        "@id": paper.url,
        "url": paper.url,
        "headline": paper.title,
        "author": [{"@type": "Person", "name": author.name} for author in paper.visible_authors],
    }
    if paper.published_on:
        facts["datePublished"] = paper.published_on.isoformat()
    if paper.organization:
        facts["sourceOrganization"] = {"@type": "Organization", "name": paper.organization.display_name}
    return facts
