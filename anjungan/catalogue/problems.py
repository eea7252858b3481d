"""Mistakes in service files, all of them at once."""

import dataclasses


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class CatalogueProblem:
    """One mistake.

    Attributes:
        file: path of the file below the catalogue's root.
        where: path of the key, such as `questions[2].label.id`; empty for the whole file.
        reason: what is wrong, in plain Indonesian: the people who write services read it.
    """

    file: str
    where: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: {self.reason}"


class CatalogueError(Exception):
    """A catalogue with mistakes; `problems` holds every one of them."""

    def __init__(self, problems: tuple[CatalogueProblem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
