"""docs/topics.md is drawn from the catalogue; ``python -m tests.repo.test_topics_page`` draws it anew."""

from __future__ import annotations

from pathlib import Path

from bot.matching.catalogue.catalogue import Catalogue, CatalogueTopic, extend_catalogue, load_bundled_catalogue

PAGE = Path(__file__).parents[2] / "docs" / "topics.md"
MARK = (
    "<!-- From here on drawn from the catalogue: `.venv/bin/python -m tests.repo.test_topics_page` draws it anew. -->"
)


def render_catalogue(catalogue: Catalogue) -> str:
    """The areas with a table of their topics each."""
    areas = dict.fromkeys(topic.area for topic in catalogue.topics)
    return "\n".join(_area(area, [topic for topic in catalogue.topics if topic.area == area]) for area in areas)


def _area(area: str, topics: list[CatalogueTopic]) -> str:
    head = [f"## {area.capitalize()}", "", "| topic | also counts | offered |", "|---|---|---|"]
    return "\n".join([*head, *map(_row, topics), ""])


def _row(topic: CatalogueTopic) -> str:
    cells = (", ".join(names) for names in ((*topic.same, *topic.kinds), (*topic.near, *topic.wider)))
    return f"| **{topic.name}** | {' | '.join(cells)} |"


def test_the_page_shows_the_catalogue_as_it_ships() -> None:
    assert PAGE.read_text().partition(MARK)[2].strip() == render_catalogue(load_bundled_catalogue()).strip()


def test_the_example_on_the_page_is_taken() -> None:
    text = PAGE.read_text()
    example = text.partition("```toml\n")[2].partition("```")[0]
    catalogue = extend_catalogue(load_bundled_catalogue(), example, "topics.toml")
    birds = catalogue.find("ornithology")
    assert birds is not None
    assert (birds.name, birds.area, birds.near) == ("bird song", "biology", ("animal sound",))
    assert len(catalogue.topics) == len(load_bundled_catalogue().topics) + 1


if __name__ == "__main__":
    PAGE.write_text(f"{PAGE.read_text().partition(MARK)[0]}{MARK}\n\n{render_catalogue(load_bundled_catalogue())}")
