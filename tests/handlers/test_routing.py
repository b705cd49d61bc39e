"""Which words lead where, however they are written."""

from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.message import Incoming, Kind, Reply, Text
from handlers.routes import MENU, router
from handlers.routing import Conflict, Item, Route, Router
from storage.askers import Asker, Focus
from storage.database import Tx
from training.people import Category, Person, Role
from training.rules import Rules
from training.wishes import Wishes

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
PERSON = Person("R1", "周敏", "11", Category.STAFF, False, Role.LEARNER, "在岗", True)


async def _answer(tx: Tx, item: Item, now: datetime) -> Reply:
    return Reply(Text("."))


async def _otherwise(tx: Tx, item: Item, now: datetime) -> Reply:
    return Reply()


def route(
    *words: str, rest: bool = False, tap: str = "", focus: str = "", understands: Sequence[str] = ()
) -> Route:
    return Route(_answer, words, rest, tap, focus, lambda text: text in understands)


HOURS, COMPLAIN, PLEASE = route("我的学时", "Hours"), route("投诉", rest=True), route("投诉建议", rest=True)
ANSWER = route(tap="daily", focus="daily", understands=("B", "对"))
SHEET = route(tap="exam", focus="exam", understands=("B", "开始"))
ROUTER = Router((HOURS, COMPLAIN, PLEASE, ANSWER, SHEET), _otherwise)


def find(
    words: str, kind: Kind = Kind.TEXT, focus: Focus | None = None, router: Router = ROUTER
) -> tuple[Route, str, str]:
    asker = Asker("zhou", PERSON, Wishes(), focus)
    found, item = router.find(Incoming("wecom", "k", "zhou", kind, words, NOW), asker)
    return found, item.rest, item.ref


@pytest.mark.parametrize(
    "words",
    [
        "我的学时",
        " 我的学时\n",
        "　我的学时　",
        "hours",
        "HOURS",
        "Ｈｏｕｒｓ",
        "\thOurS ",
        "ＨＯＵＲＳ\u3000",
        "我的 学时",
        "我 的\n学 时",
        "我的学时。",
        "我的学时．",
        "我的学时！！",
        "我的学时?~～ ",
        "HOURS.",
        "我的学时，",
    ],
)
@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.CLICK])
def test_case_width_and_stray_blanks_do_not_matter(words: str, kind: Kind) -> None:
    assert find(words, kind) == (HOURS, "", "")


@pytest.mark.parametrize("words", ["我的", "我的学时 2026", "我的学时 。", "我的学时；", "", " ", "？？？", "。"])
def test_what_is_not_a_word_goes_to_the_help(words: str) -> None:
    found, rest, ref = find(words)
    assert found.target is _otherwise
    assert (rest, ref) == (words, "")


@pytest.mark.parametrize(
    ("words", "found", "rest"),
    [
        ("投诉", COMPLAIN, ""),
        ("投诉建议", PLEASE, ""),
        ("投诉食堂", COMPLAIN, "食堂"),
        ("投诉建议食堂", PLEASE, "食堂"),
        ("投诉建 议", PLEASE, ""),
        ("投诉 建 议 食 堂", PLEASE, "食 堂"),
        ("投诉建议：食堂", PLEASE, "食堂"),
        ("投诉建议, 食堂", PLEASE, "食堂"),
        ("  投诉建议　食堂  ", PLEASE, "食堂"),
        ("投诉建议\n食堂\n第二行\n", PLEASE, "食堂\n第二行"),
        # In its own spelling: neither folded nor made narrow.
        ("投诉建议 ABC ａｂｃ，１２！", PLEASE, "ABC ａｂｃ，１２！"),
        ("投诉建议 面积㎡ 第①条 ﬁn", PLEASE, "面积㎡ 第①条 ﬁn"),
        ("投诉建议  两个  blank  ", PLEASE, "两个  blank"),
    ],
)
def test_the_longest_word_wins_and_the_rest_stays_as_it_was_typed(words: str, found: Route, rest: str) -> None:
    assert find(words) == (found, rest, "")


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=40))
def test_what_is_typed_behind_a_word_is_not_touched(typed: str) -> None:
    _, rest, _ = find(f"投诉建议 {typed}")
    assert rest == typed.lstrip(":：,，")


@given(st.text())
def test_anything_typed_finds_something(words: str) -> None:
    for kind in Kind:
        assert isinstance(find(words, kind)[0], Route)


def test_a_typed_answer_goes_to_what_was_shown() -> None:
    daily, exam = Focus("daily", "2026-11-23:staff", NOW), Focus("exam", "7:3", NOW)
    assert find("B", focus=daily) == (ANSWER, "B", "2026-11-23:staff")
    assert find("B", focus=exam) == (SHEET, "B", "7:3")
    assert find("B") == (ANSWER, "B", "")  # nothing was shown: who understands it says so
    # What the pointed one does not understand goes to another that does, but not to its place.
    assert find("对", focus=exam) == (ANSWER, "对", "")
    assert find("B", focus=Focus("gone", "1", NOW)) == (ANSWER, "B", "")


def test_without_a_focus_a_sitting_is_asked_first() -> None:
    """It knows whether anybody sits; a question that was shown goes before it."""
    sitting = Route(_answer, focus="paper", understands=lambda text: text in ("B", "第3题"), takes_all=True)
    both = Router((ANSWER, sitting), _otherwise)
    assert find("B", router=both) == (sitting, "B", "")
    assert find("B", focus=Focus("daily", "x", NOW), router=both) == (ANSWER, "B", "x")
    assert find("第3题", focus=Focus("daily", "x", NOW), router=both) == (sitting, "第3题", "")
    assert find("对", router=both) == (ANSWER, "对", "")


def test_a_command_is_never_taken_for_an_answer() -> None:
    assert find("我的学时", focus=Focus("daily", "x", NOW)) == (HOURS, "", "")


@pytest.mark.parametrize(
    ("key", "found", "rest"),
    [
        ("daily:2026-11-23:staff:B", ANSWER, "2026-11-23:staff:B"),
        ("daily:", ANSWER, ""),
        ("daily", ANSWER, ""),
        ("exam:1", SHEET, "1"),
    ],
)
def test_a_tap_goes_by_the_prefix_of_its_key(key: str, found: Route, rest: str) -> None:
    assert find(key, Kind.TAP) == (found, rest, "")


@pytest.mark.parametrize("key", ["", ":", "Daily:1", "other:1", "我的学时"])
def test_a_forged_prefix_leads_nowhere(key: str) -> None:
    assert find(key, Kind.TAP)[0].target is _otherwise


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (route("帮助"), route("帮助")),
        (route("help"), route("ＨＥＬＰ")),
        (route("help"), route(" Help ")),
        (route(tap="daily"), route(tap="daily")),
        (route(focus="daily"), route(focus="daily")),
        (route("帮助", "帮助"), route()),
    ],
)
def test_two_routes_for_one_word_are_found_at_the_start(one: Route, other: Route) -> None:
    with pytest.raises(Conflict):
        Router((one, other), _otherwise)


# ---- the shipped routes ---------------------------------------------------------------------------------------

SHIPPED = router(Rules())
ENTRIES = [(name, word) for name, words in MENU for word in words]


@pytest.mark.parametrize("word", [word for _, word in ENTRIES])
def test_every_entry_of_the_menu_is_a_command(word: str) -> None:
    found, rest, ref = find(word, Kind.CLICK, router=SHIPPED)
    assert word in found.words
    assert (rest, ref) == ("", "")


def test_the_menu_is_within_wecoms_limits() -> None:
    """At most 3 × 5; names of 16 and 40 bytes, keys of 128. Source: doc 90231."""
    assert 1 <= len(MENU) <= 3
    for name, words in MENU:
        assert 1 <= len(name.encode()) <= 16
        assert 1 <= len(words) <= 5
        assert all(len(word.encode()) <= 40 for word in words)
    assert len({word for _, word in ENTRIES}) == len(ENTRIES)


CONTRACT = (
    *("今日一题", "我的学时", "免打扰", "投诉建议", "我的数据", "文字版", "帮助", "取消", "恢复推送"),
    *("连续 开", "连续 关", "回复", "静音", "意见"),
)


@pytest.mark.parametrize("words", CONTRACT)
def test_the_words_of_the_contract_are_commands(words: str) -> None:
    assert find(words, router=SHIPPED)[0].words


PAGE = Route(_answer, focus="paper", takes_all=True)
SUBMIT = Route(_answer, focus="paper", steps=("确认", "确认交卷"))
CONFIRM = route("确认", rest=True)
SITTING = Router((HOURS, ANSWER, CONFIRM, PAGE, SUBMIT), _otherwise)


@pytest.mark.parametrize(
    ("words", "on_paper", "elsewhere"),
    [
        ("确认", (SUBMIT, "", "7"), (CONFIRM, "", "")),
        (" 确认交卷 ", (SUBMIT, "", "7"), (CONFIRM, "交卷", "")),
        ("确认 12", (CONFIRM, "12", ""), (CONFIRM, "12", "")),
        ("我的学时", (HOURS, "", ""), (HOURS, "", "")),
        ("市司法局 ", (PAGE, "市司法局 ", "7"), None),
        ("B", (PAGE, "B", "7"), (ANSWER, "B", "x")),
    ],
)
def test_a_focus_may_take_all_and_have_words_of_its_own(
    words: str, on_paper: tuple[Route, str, str], elsewhere: tuple[Route, str, str] | None
) -> None:
    assert find(words, focus=Focus("paper", "7", NOW), router=SITTING) == on_paper
    found = find(words, focus=Focus("daily", "x", NOW), router=SITTING)
    assert found == elsewhere if elsewhere else found[0].target is _otherwise


def test_pictures_have_a_route_of_their_own_and_no_second_one() -> None:
    pictures = Route(_answer, images=True)
    looking = Router((HOURS, pictures, PAGE), _otherwise)
    for focus in (None, Focus("paper", "7", NOW)):
        assert find("MEDIA-ID", Kind.IMAGE, focus, looking) == (pictures, "MEDIA-ID", "")
    assert find("MEDIA-ID", Kind.IMAGE)[0].target is _otherwise
    assert find("我的学时", Kind.IMAGE, router=looking)[0] is pictures
    with pytest.raises(Conflict):
        Router((pictures, Route(_answer, images=True)), _otherwise)
