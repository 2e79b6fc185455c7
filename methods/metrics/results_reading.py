"""What was made of somebody's results on a data set, as a value: what counts, what was left out and why."""

from pydantic import BaseModel, ConfigDict

from methods.data.reading import LeftOut


class ResultsReading(BaseModel):
    """Detections of a results file and what became of them.

    `beyond_best` are those that are not among the best of their image, `outside` scores below 0 or above 1, which rank
    detections like all others.
    """

    model_config = ConfigDict(frozen=True)

    detections: int
    counted: int
    left_out: tuple[LeftOut, ...]
    beyond_best: int
    images: int
    without_results: int
    outside: int

    def sentences(self) -> list[str]:
        """What is not as usual, for people, a sentence each."""
        said = []
        if self.left_out:
            left_out = ", ".join(map(str, self.left_out))
            said.append(f"{self.counted} of {self.detections} results count; left out: {left_out}.")
        if self.without_results:
            said.append(
                f"{self.without_results} of {self.images} images have no results; everybody in them counts as missed."
            )
        if self.beyond_best:
            said.append(f"{self.beyond_best} results are not among the best 20 of their image and do not count.")
        if self.outside:
            said.append(
                f"{self.outside} results have a score outside 0 to 1; scores only rank them, as in COCO's evaluation."
            )
        return said
