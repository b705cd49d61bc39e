"""Collects what is wrong with one row of a file while it is read."""

from dataclasses import dataclass, field

from question_bank.problems import Problem, Severity


@dataclass(slots=True)
class Findings:
    """`where` is the row as scripts name it; sentences are Chinese and say what to do."""

    where: str
    problems: list[Problem] = field(default_factory=list)

    def reject(self, field_name: str, sentence: str) -> None:
        self.problems.append(Problem(self.where, field_name, sentence, Severity.REJECTED))

    def warn(self, field_name: str, sentence: str) -> None:
        self.problems.append(Problem(self.where, field_name, sentence, Severity.WARNING))

    @property
    def rejected(self) -> bool:
        return any(problem.severity is Severity.REJECTED for problem in self.problems)
