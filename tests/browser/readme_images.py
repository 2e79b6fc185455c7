"""Makes the README's images from what the browser tests saw last: `python tests/browser/readme_images.py`."""

from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
SEEN = ROOT / "tests" / "artefacts"
SCREENSHOTS = ROOT / "app" / "static" / "screenshots"
NAMES = ("compare", "ground-truth", "look-inside", "stress", "visibility", "batch", "papers", "trade-offs", "failures")
TALLEST = 1400  # px; of a longer page its upper part
WIDTH = 1080  # px; a README shows no more, and all images together stay below 1 MB

if __name__ == "__main__":
    seen = [name for name in NAMES if (SEEN / f"{name}.png").is_file()]
    if missing := sorted(set(NAMES) - set(seen)):
        print(f"{SEEN} has no {', '.join(missing)}; the browser tests make them: pytest tests/browser")
    SCREENSHOTS.mkdir(exist_ok=True)
    for name in seen:
        image = Image.open(SEEN / f"{name}.png").convert("RGB")
        image = image.crop((0, 0, image.width, min(image.height, TALLEST)))
        image.thumbnail((WIDTH, TALLEST))
        path = SCREENSHOTS / f"{name}.webp"
        image.save(path, quality=76, method=6)
        print(f"{path}: {path.stat().st_size / 1024:.0f} kB")
