"""The columns of a table of questions and the words in them, as people write them and as they are exported."""

from typing import Final

from question_bank.folding import fold
from question_bank.questions import LETTERS, Kind

OPTION_COLUMNS: Final = tuple(f"选项{letter}" for letter in LETTERS[:6])  # exported at least
PART: Final = "小题"  # before the kind of a row that belongs to the case above it

_FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "kind": ("题型", "类型", "试题类型", "题目类型", "试题题型", "题目题型", "题类"),
    "stem": (
        "题干",
        "题目",
        "试题",
        "试题内容",
        "题目内容",
        "试题题干",
        "题干内容",
        "问题",
        "题目描述",
        "试题题目",
    ),
    "options": ("选项", "选项内容", "备选项", "备选答案", "所有选项", "全部选项", "试题选项", "题目选项"),
    "answer": ("答案", "正确答案", "标准答案", "参考答案", "试题答案", "题目答案", "正确选项"),
    "explanation": ("解析", "试题解析", "答案解析", "题目解析", "答案说明", "解释"),
    "difficulty": ("难度", "难易度", "难易程度", "难度等级", "试题难度", "题目难度", "难度系数"),
    "topics": ("知识点", "专题", "标签", "考点", "所属知识点", "试题分类", "题目分类", "分类"),
    "citations": ("法条依据", "法律依据", "依据", "法规依据", "依据条款", "出处", "法条"),
    "id": ("编号", "试题编号", "题目编号", "id"),
    "audience": ("适用对象", "适用人员", "适用范围"),
    "more": ("补充说明", "延伸阅读", "详细解析"),
    "shuffle": ("打乱选项", "选项乱序"),
    "status": ("状态", "试题状态"),
    "serial": ("序号", "题号"),  # numbers of one list, of no meaning outside it
}


def column_aliases() -> dict[str, str]:
    """Every accepted header to its field; the options are `option_A` …."""
    aliases = {word: field for field, words in _FIELDS.items() for word in words}
    for number, letter in enumerate(LETTERS, start=1):
        words = (f"选项{letter}", f"{letter}选项", letter, f"选项{number}", f"备选{letter}", f"备选项{letter}")
        aliases |= dict.fromkeys((*words, f"答案选项{letter}", f"option{letter}"), option_field(letter))
    return aliases


def option_field(letter: str) -> str:
    return f"option_{letter}"


KIND_WORDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("单选", "单项选择", "单选选择", "single"), Kind.SINGLE),
    **dict.fromkeys(("多选", "多项选择", "不定项选择", "不定项", "multiple"), Kind.MULTIPLE),
    **dict.fromkeys(("判断", "是非", "对错", "正误判断", "正误", "judge"), Kind.JUDGE),
    **dict.fromkeys(("填空", "blank"), Kind.BLANK),
    **dict.fromkeys(("案例", "案例分析", "案例选择", "材料", "材料分析", "case"), Kind.CASE),
}
UNTOLD: Final = ("", "选择")  # a kind that the options and the answer tell

DIFFICULTY_WORDS: Final[dict[str, int]] = {
    **dict.fromkeys(("易", "容易", "简单", "低", "初级", "很易"), 1),
    **dict.fromkeys(("较易", "较简单", "较低"), 2),
    **dict.fromkeys(("中", "中等", "一般", "适中", "普通", "中级"), 3),
    **dict.fromkeys(("较难", "较高"), 4),
    **dict.fromkeys(("难", "困难", "高", "高级", "很难"), 5),
}
AUDIENCE_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(("领导干部", "领导"), "leader"),
    **dict.fromkeys(("工作人员", "一般工作人员"), "staff"),
    **dict.fromkeys(("行政执法人员", "执法人员"), "enforcement"),
}
EVERYBODY: Final = frozenset(("全部", "所有", "全体", "全体人员", "所有人员", "不限", "全员"))
STATUS_WORDS: Final = {"启用": "active", "正常": "active", "": "active", "草稿": "draft"}


def kind_word(text: str) -> str:
    """`单选题` and `单项选择题` as they stand in KIND_WORDS."""
    return fold(text).removesuffix("题")
