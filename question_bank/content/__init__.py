"""The shipped bank: JSON Lines files beside this module, a file a law or topic."""

from importlib.resources import files

from question_bank.formats.jsonl import read_jsonl
from question_bank.questions import Question


def shipped() -> list[Question]:
    """Every shipped question, in the order of the files' names.

    Raises: ValueError for a line that is no question; the bank is checked before it ships.
    """
    questions: list[Question] = []
    folder = files(__name__)
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".jsonl"):
            questions += _questions(entry.name, entry.read_bytes())
    return questions


def _questions(name: str, content: bytes) -> list[Question]:
    found: list[Question] = []
    for draft in read_jsonl(content):
        if draft.question is None:
            raise ValueError(f"{name} {draft.where}: {'; '.join(problem.problem for problem in draft.problems)}")
        found.append(draft.question)
    return found
