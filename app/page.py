"""The whole page: head, tabs, foot, and how it is served."""

import base64
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from starlette.middleware import Middleware

from app.components import cards, viewer
from app.limits import UPLOAD
from app.models import offered
from app.server.doors import Doors, forgetting, refuse
from app.server.fair_queue import FairQueue
from app.server.gate import GatedBlocks
from app.server.headers import SafeHeaders
from app.state.controls import Controls
from app.state.store import STORE
from app.state.uploads import UPLOADS
from app.state.visitor import VisitorState
from app.tabs.compare import CompareTab
from app.tabs.failures.tab import FailuresTab
from app.tabs.inside import InsideTab
from app.tabs.papers import PapersTab
from app.tabs.several import SeveralTab
from app.tabs.stress import StressTab
from app.tabs.tradeoffs import TradeoffsTab
from app.tabs.visibility import VisibilityTab
from app.theme import theme
from methods import __version__

STATIC = Path(__file__).resolve().parent / "static"
TITLE = "Pose workbench"


def build() -> gr.Blocks:
    """The page, with every offered method built. Raises WeightsError where weights are missing or altered."""
    with GatedBlocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(_masthead(), apply_default_css=False)
        visitor = gr.State(VisitorState(Controls.initial(offered())))
        with gr.Tabs() as tabs:
            with gr.Tab("Compare", id="compare"):
                compare = CompareTab(visitor)
            with gr.Tab("Look inside") as inside:
                InsideTab(visitor, inside)
            with gr.Tab("Stress") as stress:
                StressTab(visitor, stress)
            with gr.Tab("Visibility") as visibility:
                VisibilityTab(visitor, visibility)
            with gr.Tab("Trade-offs") as trade_offs:
                TradeoffsTab(visitor, compare.chosen, trade_offs)
            with gr.Tab("Failures") as failures:
                FailuresTab(visitor, failures)
            with gr.Tab("Several"):
                several = SeveralTab(visitor, compare.panel, tabs)
            with gr.Tab("Papers"):
                PapersTab()
        compare.open_links(page)
        compare.open_after(several.opened, several.picked)
        gr.HTML(_colophon(), apply_default_css=False)
    page.queue(api_open=False)  # nothing goes past the queue
    page._queue = FairQueue(page)  # Gradio takes no other than by this name
    return page


def serving() -> dict[str, Any]:
    """Arguments for `launch`."""
    styles = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in ("page.css", "viewer.css", "cards.css"))
    return {
        "theme": theme(),
        # In the head rather than as `css`, which Gradio rewrites rule by rule and does not understand all of.
        "head": f"<style>{styles}</style>{viewer.head()}{cards.head()}",
        "favicon_path": STATIC / "logo.svg",
        "max_file_size": UPLOAD,
        "app_kwargs": {
            "lifespan": forgetting((STORE, UPLOADS)),
            "middleware": [Middleware(SafeHeaders), Middleware(Doors)],
            "exception_handlers": {RequestValidationError: refuse},
        },
        "run_history": False,  # it would keep every visitor's uploads in their browser
        "enable_monitoring": False,
        "footer_links": ["api", "settings"],
        "ssr_mode": False,
    }


def _masthead() -> str:
    logo = base64.b64encode((STATIC / "logo.svg").read_bytes()).decode("ascii")
    return (
        '<header class="masthead">'
        f'<img src="data:image/svg+xml;base64,{logo}" alt="">'
        f"<div><h1>{TITLE}</h1>"
        "<p>One image, several ways of finding people's keypoints, side by side: see where they agree and where "
        "not.</p>"
        "</div></header>"
    )


def _colophon() -> str:
    return (
        '<footer class="colophon">'
        f"<span>{TITLE} {__version__}</span>"
        "<span>Free software under the GNU Affero General Public License, version 3.</span>"
        "<span>Images are seen by nobody else and forgotten within the hour.</span>"
        "</footer>"
    )
