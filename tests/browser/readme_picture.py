"""Makes the README's picture from what the browser tests saw last: `python tests/browser/readme_picture.py`."""

from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
SEEN = ROOT / "tests" / "artefacts" / "compare.png"
PICTURE = ROOT / "app" / "static" / "screenshots" / "compare.webp"

if __name__ == "__main__":
    if not SEEN.is_file():
        raise SystemExit(f"There is no {SEEN}; run the browser tests first: pytest tests/browser")
    PICTURE.parent.mkdir(exist_ok=True)
    Image.open(SEEN).convert("RGB").save(PICTURE, quality=82, method=6)
    print(f"{PICTURE}: {PICTURE.stat().st_size / 1024:.0f} kB")
