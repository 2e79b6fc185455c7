"""What the networks say of the samples, worked out while nobody waits, so that a sample opens at once."""

import threading
from collections.abc import Iterable, Mapping

from app.samples import Offer
from methods.images import read_image
from methods.method import Method, Raw


class Warm:
    """Answers by sample and method, in memory: made anew at every start, so they can never be out of date."""

    def __init__(self) -> None:
        self._raws: dict[str, dict[str, Raw]] = {}

    def raws(self, sample: str) -> dict[str, Raw]:
        """The networks' answers about a sample so far, by method; a copy."""
        return dict(self._raws.get(sample, {}))

    def fill(self, offers: Iterable[Offer], methods: Mapping[str, Method]) -> None:
        """Run every method on every sample, sample by sample."""
        for offer in offers:
            image = read_image(offer.path)
            for name, method in methods.items():
                self._raws.setdefault(offer.name, {})[name] = method.infer([image])[0]

    def start(self, offers: Iterable[Offer], methods: Mapping[str, Method]) -> threading.Thread:
        """`fill` beside everything else; visitors need not wait for it."""
        thread = threading.Thread(target=self.fill, args=(tuple(offers), methods), daemon=True, name="samples")
        thread.start()
        return thread


WARM = Warm()
