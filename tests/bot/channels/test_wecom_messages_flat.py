"""The quick reader of flat callbacks agrees with expat wherever it answers at all."""

from collections.abc import Callable
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.wecom_codec import Rejected
from bot.channels.wecom_messages import MAX_ELEMENTS, read_flat, read_tree

NAMES = st.sampled_from(["Content", "EventKey", "A", "a1", "MsgId", "xml", "ToUserName"])
WORDS = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    ["]]", "]", "]]>", "&amp;", "<", ">", "\r\n"]
)
PIECES = st.one_of(
    st.builds("<{0}><![CDATA[{1}]]></{0}>".format, NAMES, WORDS),
    st.builds("<{0}>{1}</{0}>".format, NAMES, WORDS),
    st.builds("<{0}><![CDATA[{2}]]></{1}>".format, NAMES, NAMES, WORDS),
    st.sampled_from(["\n", " ", "\t", "<!-- c -->", "<A/>", "<A><B>1</B></A>", "<?p x?>", "x", "<A></A>"]),
)


def outcome(read: Callable[[], Any]) -> object:
    try:
        reader = read()
    except Rejected:
        return "rejected"
    return reader and (reader.fields, reader.choices, reader.selected)


@given(st.lists(PIECES, max_size=8).map("".join))
@example("<A><![CDATA[]]]]></A>")
@example("<A>]]></A>")
@example("<A><![CDATA[a]]]]><![CDATA[>b]]></A>")
@example("<Content>a</Content><Content>b</Content>")
@example("xx<A>1</A>  ")
@example("<A>1</A>x<A>2</A> ")
@example("<A><B>1</B></A>          ")
def test_it_agrees_with_expat_or_does_not_answer(inner: str) -> None:
    text = f"<xml>{inner}</xml>"
    flat = outcome(lambda: read_flat(text))
    assert flat is None or flat == outcome(lambda: read_tree(text.encode()))


def test_it_answers_what_people_do() -> None:
    flat = read_flat("<xml>\n<ToUserName><![CDATA[ww]]></ToUserName> <CreateTime>1</CreateTime></xml>")
    assert flat is not None
    assert flat.fields == {"ToUserName": "ww", "CreateTime": "1"}


def test_what_stands_between_elements_is_not_passed_over() -> None:
    """Not even where blanks behind them make up for its length."""
    for inner in ("xx<A>1</A>  ", "<A>1</A>x<B>2</B> ", "<!-- c --><A>1</A>          ", "<A><B>1</B></A>      "):
        assert read_flat(f"<xml>{inner}</xml>") is None, inner


def test_the_bound_on_elements_is_the_same() -> None:
    assert read_flat("<xml>" + "<A>1</A>" * (MAX_ELEMENTS - 1) + "</xml>") is not None
    assert read_flat("<xml>" + "<A>1</A>" * MAX_ELEMENTS + "</xml>") is None


def test_no_text_makes_it_slow() -> None:
    """With backtracking this would take hours."""
    assert read_flat("<xml><A><![CDATA[" + "]" * 60_000 + "</A></xml>") is None
