"""Block Kit as HTML. Pure; https://docs.slack.dev/reference/block-kit

Raises LookupError for a block, an element or a part of one that was never drawn, so that nothing is left out silently.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from markupsafe import Markup

from tests.screenshots.mrkdwn import Names
from tests.screenshots.mrkdwn import render_mrkdwn as mrkdwn

Json = dict[str, Any]

_KNOWN: Final = {
    "section": {"text", "accessory", "expand"},
    "context": {"elements"},
    "actions": {"elements"},
    "divider": set(),
    "input": {"label", "element", "hint", "dispatch_action", "optional"},
}
_STYLES: Final = {"": "", "primary": "primary", "danger": "danger"}
_LABELLED: Final = Markup('<div class="field"><p><b>{label}</b>{optional}</p>{element}<p class="hint">{hint}</p></div>')


@dataclass(frozen=True, slots=True)
class BlockRenderer:
    """``state`` holds what was filled in, by block and action; ``opened`` is the block whose menu is open."""

    names: Names
    state: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    opened: str = ""

    def render(self, blocks: Sequence[Json]) -> Markup:
        return Markup().join(map(self._block, blocks))

    def _block(self, block: Json) -> Markup:
        kind = block["type"]
        strange = block.keys() - _KNOWN[kind] - {"type", "block_id"}
        if strange:
            raise LookupError(f"{kind} has {strange}, which was never drawn")
        match kind:
            case "section":
                menu = self._element(block, block["accessory"]) if "accessory" in block else Markup()
                return Markup('<div class="section"><div class="words">{}</div>{}</div>').format(
                    self._text(block["text"]), menu
                )
            case "context":
                return Markup('<div class="context">{}</div>').format(self._texts(block["elements"]))
            case "actions":
                buttons = (self._element(block, each) for each in block["elements"])
                return Markup('<div class="actions">{}</div>').format(Markup().join(buttons))
            case "divider":
                return Markup("<hr>")
        return _LABELLED.format(
            label=self._text(block["label"]),
            optional=" (optional)" if block.get("optional") else "",
            element=self._element(block, block["element"]),
            hint=self._text(block["hint"]) if "hint" in block else "",
        )

    def _element(self, block: Json, element: Json) -> Markup:
        match element["type"]:
            case "button":
                label, style = self._text(element["text"]), _STYLES[element.get("style", "")]
                return Markup('<button class="{}">{}</button>').format(style, label)
            case "overflow":
                return self._menu(element, opened=block["block_id"] == self.opened)
            case "plain_text_input":
                typed = self._value(block, element)["value"] or ""
                kind = "box high" if element.get("multiline") else "box"
                return self._box(kind, typed, element)
            case "static_select":
                return self._chosen([self._value(block, element)["selected_option"]])
            case "multi_static_select":
                return self._chosen(self._value(block, element)["selected_options"])
            case "timepicker":
                return Markup('<div class="box choice">{}</div>').format(self._value(block, element)["selected_time"])
        raise LookupError(f"{element['type']} was never drawn")

    def _menu(self, element: Json, *, opened: bool) -> Markup:
        dots = Markup('<div class="menu"><button>⋯</button>{}</div>')
        if not opened:
            return dots.format("")
        options = (Markup("<li>{}</li>").format(self._text(each["text"])) for each in element["options"])
        return dots.format(Markup("<ul>{}</ul>").format(Markup().join(options)))

    def _box(self, kind: str, typed: str, element: Json) -> Markup:
        if typed or "placeholder" not in element:
            return Markup('<div class="{}">{}</div>').format(kind, typed)
        return Markup('<div class="{} empty">{}</div>').format(kind, self._text(element["placeholder"]))

    def _chosen(self, options: Sequence[Json]) -> Markup:
        labels = Markup(" ").join(Markup("<span>{}</span>").format(self._text(each["text"])) for each in options)
        kind = "box choice several" if len(options) > 1 else "box choice"
        return Markup('<div class="{}">{}</div>').format(kind, labels)

    def _value(self, block: Json, element: Json) -> Json:
        return dict(self.state[block["block_id"]][element["action_id"]])

    def _texts(self, elements: Sequence[Json]) -> Markup:
        return Markup(" ").join(map(self._text, elements))

    def _text(self, text: Json) -> Markup:
        match text["type"]:
            case "mrkdwn":
                return mrkdwn(text["text"], self.names)
            case "plain_text":
                return Markup("{}").format(text["text"])
        raise LookupError(f"{text['type']} is no text that was ever drawn")
