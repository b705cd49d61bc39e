import pytest
from hypothesis import given
from hypothesis import strategies as st

from question_bank.citations import parse_citations, printed, printed_article, short_law
from question_bank.questions import Citation
from tests.question_bank.building import CITATION


@pytest.mark.parametrize(
    ("citation", "text"),
    [
        (Citation("行政处罚法", 33), "《行政处罚法》第三十三条"),
        (Citation("刑法", 120, 1), "《刑法》第一百二十条之一"),
        (Citation("民法典", 1260), "《民法典》第一千二百六十条"),
        (Citation("宪法", 0), "《宪法》序言"),
        (Citation("行政许可法", 10), "《行政许可法》第十条"),
    ],
)
def test_printed_and_read_back(citation: Citation, text: str) -> None:
    assert printed(citation) == text
    assert parse_citations(text) == ((citation,), ())


@given(st.lists(CITATION, min_size=1, max_size=5, unique=True))
def test_a_list_of_citations_comes_back(citations: list[Citation]) -> None:
    bare = [Citation(one.law, one.article, one.sub) for one in citations]
    found, unread = parse_citations("；".join(map(printed, bare)))
    assert (found, unread) == (tuple(dict.fromkeys(bare)), ())


C = Citation


@pytest.mark.parametrize(
    ("text", "citations"),
    [
        ("行政处罚法33", [C("行政处罚法", 33)]),
        ("行政处罚法 第33条", [C("行政处罚法", 33)]),
        ("刑法120之1", [C("刑法", 120, 1)]),
        ("行政复议法11、12；《宪法》序言", [C("行政复议法", 11), C("行政复议法", 12), C("宪法", 0)]),
        ("《行政处罚法》第三十三条、第三十四条", [C("行政处罚法", 33), C("行政处罚法", 34)]),
        ("行政处罚法第三条和行政许可法第十二条", [C("行政处罚法", 3), C("行政许可法", 12)]),
        ("《中华人民共和国行政处罚法》（2021年修订）第33条第二款第（三）项", [C("行政处罚法", 33, version="2021")]),
        ("《行政处罚法》（2021年1月22日修订）第33条", [C("行政处罚法", 33, version="2021-01-22")]),
        ("《关于适用〈行政诉讼法〉的解释》第5条", [C("关于适用〈行政诉讼法〉的解释", 5)]),
        ("宁政〔2024〕9号第5条", [C("宁政〔2024〕9号", 5)]),
        ("行政处罚法33;行政处罚法33", [C("行政处罚法", 33)]),
        ("", []),
    ],
)
def test_as_people_write_them(text: str, citations: list[Citation]) -> None:
    assert parse_citations(text) == (tuple(citations), ())


@pytest.mark.parametrize(
    ("text", "unread"),
    [("行政处罚法", "行政处罚法"), ("详见教材", "详见教材"), ("第三条", "第三条"), ("《刑法》", "《刑法》")],
)
def test_what_is_no_citation_is_named(text: str, unread: str) -> None:
    assert parse_citations(text) == ((), (unread,))


@given(st.text("《》〈〉第条之一二三十0123行政处罚法序言款项()（） ;；、,，〔〕-和", max_size=30))
def test_any_text_ends(text: str) -> None:
    found, _ = parse_citations(text)
    assert all(one.law and one.article >= 0 for one in found)


def test_parts() -> None:
    assert printed_article(0) == "序言"
    assert short_law("《中华人民共和国 行政处罚法》") == "行政处罚法"
