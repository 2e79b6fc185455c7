"""Works out beforehand what the page would make a visitor wait for: `python -m app.precompute`."""

from app import kept_predictions
from app.models import offered
from app.samples import Offer, offers
from methods.images import read_image
from methods.types import Prediction


def main() -> None:
    """Run every offered method on every sample and keep the predictions."""
    found: dict[Offer, dict[str, Prediction]] = {}
    for offer in offers():
        image = read_image(offer.path)
        found[offer] = {name: method.predict([image])[0] for name, method in offered().items()}
        print(f"{offer.name}: {', '.join(f'{name} {len(each.poses)}' for name, each in found[offer].items())}")
    kept_predictions.write(found, offered())
    print(f"{kept_predictions.FILE}: {kept_predictions.FILE.stat().st_size / 1024:.0f} kB")


if __name__ == "__main__":
    main()
