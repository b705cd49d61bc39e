from collections import Counter

from question_bank.checks import validate
from question_bank.content import shipped
from question_bank.duplicates import fold_key
from question_bank.problems import rejected


def test_every_shipped_question_may_stand_in_the_bank() -> None:
    questions = shipped()
    assert questions
    assert [one.id for one in questions if rejected(validate(one, one.id))] == []


def test_no_shipped_question_comes_twice() -> None:
    questions = shipped()
    assert [key for key, count in Counter(map(fold_key, questions)).items() if count > 1] == []
    assert [own_id for own_id, count in Counter(one.id for one in questions).items() if count > 1] == []
