"""A template card out of a passive reply's XML: the same card as in JSON, other names, lists without wrapper.

Names are compared letter by letter: what is not in the tables is no field of a card.
Source: doc 90241 (passive reply: template card update).
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from bot.sandbox.json_types import JsonObject, JsonValue

LISTS = {
    "HorizontalContentList": "horizontal_content_list",
    "VerticalContentList": "vertical_content_list",
    "JumpList": "jump_list",
    "ActionList": "action_list",
    "ButtonList": "button_list",
    "OptionList": "option_list",
    "SelectList": "select_list",
}
OBJECTS = {
    "Source": "source",
    "MainTitle": "main_title",
    "QuoteArea": "quote_area",
    "ActionMenu": "action_menu",
    "CardAction": "card_action",
    "EmphasisContent": "emphasis_content",
    "CardImage": "card_image",
    "ImageTextArea": "image_text_area",
    "ButtonSelection": "button_selection",
    "CheckBox": "checkbox",
    "SubmitButton": "submit_button",
}
NUMBERS = {"Type": "type", "DescColor": "desc_color", "Style": "style", "Mode": "mode"}
BOOLEANS = {"IsChecked": "is_checked", "Disable": "disable"}
TEXTS = {
    "CardType": "card_type",
    "TaskId": "task_id",
    "IconUrl": "icon_url",
    "Desc": "desc",
    "Title": "title",
    "SubTitleText": "sub_title_text",
    "QuoteText": "quote_text",
    "ReplaceText": "replace_text",
    "Text": "text",
    "Key": "key",
    "KeyName": "keyname",
    "Value": "value",
    "Url": "url",
    "ImageUrl": "image_url",
    "MediaId": "media_id",
    "UserId": "userid",
    "AppId": "appid",
    "Appid": "appid",
    "PagePath": "pagepath",
    "QuestionKey": "question_key",
    "SelectedId": "selected_id",
    "Id": "id",
}


@dataclass(eq=False)
class CardXmlError(Exception):
    """An element that is no field of a card, or a value of the wrong form."""

    element: str


def card_from_xml(element: Element) -> JsonObject:
    """The card under a `<TemplateCard>`.

    Raises: CardXmlError.
    """
    card: JsonObject = {}
    for child in element:
        if name := LISTS.get(child.tag):
            entries = card.setdefault(name, [])
            if isinstance(entries, list):
                entries.append(card_from_xml(child))
            continue
        name, value = _field(child)
        if name in card:
            raise CardXmlError(f"{child.tag} twice")
        card[name] = value
    return card


def _field(child: Element) -> tuple[str, JsonValue]:
    tag, text = child.tag, child.text or ""
    if tag in OBJECTS:
        return OBJECTS[tag], card_from_xml(child)
    if tag in TEXTS and not len(child):
        return TEXTS[tag], text
    if tag in NUMBERS and text.isascii() and text.isdigit():
        return NUMBERS[tag], int(text)
    if tag in BOOLEANS and text in ("true", "false"):
        return BOOLEANS[tag], text == "true"
    if tag == "AspectRatio":
        return "aspect_ratio", _ratio(text)
    raise CardXmlError(tag)


def _ratio(text: str) -> float:
    try:
        return float(text)
    except ValueError as wrong:
        raise CardXmlError("AspectRatio") from wrong
