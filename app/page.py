"""The whole page: head, tabs, foot, and how it is served."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from starlette.middleware import Middleware

from app.components import cards, viewer
from app.events import DECODING
from app.limits import UPLOAD
from app.models import offered
from app.picker import Picker
from app.server.doors import Doors, forgetting, refuse
from app.server.event_data import one_of
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

# Puts the open tab into the page's address, once the page has turned to it. It is part of an event that the server
# answers: an event of the browser alone has no function, which the server would say to whoever asks for it.
NAME_TAB = """(...given) => {
  setTimeout(() => {
    const open = document.querySelector('[data-tab-id][aria-selected=true]');
    if (!open) return;
    const address = new URL(location.href);
    address.searchParams.set('tab', open.dataset.tabId);
    history.replaceState(null, '', address);
  });
  return given;
}"""
STATIC = Path(__file__).resolve().parent / "static"
TITLE = "Pose workbench"
PURPOSES = {
    "Compare": "See who is found, and where the methods differ: click a person, move the confidence.",
    "Look inside": "Follow one method on the image, step by step, from the network's outputs to the poses.",
    "Stress": "Make the image worse, step by step, and see when each method loses people or keypoints.",
    "Visibility": "Leave out keypoints that are absent or occluded, in every method, and compare before and after.",
    "Trade-offs": "Choose between finding everybody and finding nobody who is not there, on a whole dataset.",
    "Failures": "See what goes wrong on a whole dataset, how often, and what it costs; then predict it in quizzes.",
    "Several": "Find the images that the methods disagree about most, or follow people through a short video.",
    "Papers": "Read what each paper claims, what the weights here reach, and under which licence.",
}


def build() -> gr.Blocks:
    """The page, with every offered method built. Raises WeightsError where weights are missing or altered."""
    with GatedBlocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(_masthead(), apply_default_css=False)
        visitor = gr.State(VisitorState(Controls.initial(offered())))
        picker = Picker(visitor)
        with gr.Tabs() as tabs:
            with _tab("Compare"):
                compare = CompareTab(visitor, picker)
            with _tab("Look inside") as inside:
                InsideTab(visitor, inside, picker)
            with _tab("Stress") as stress:
                StressTab(visitor, stress, picker)
            with _tab("Visibility") as visibility:
                VisibilityTab(visitor, visibility, picker)
            with _tab("Trade-offs") as trade_offs:
                TradeoffsTab(visitor, picker.chosen, trade_offs)
            with _tab("Failures") as failures:
                FailuresTab(visitor, failures)
            with _tab("Several"):
                several = SeveralTab(visitor, compare.panel, tabs)
            with _tab("Papers"):
                PapersTab()
        tabs.select(turn_to, visitor, None, js=NAME_TAB, **DECODING)
        page.load(open_tab, visitor, tabs, **DECODING)
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


def tab_id(name: str) -> str:
    """A tab's name in the page's address."""
    return name.lower().replace(" ", "-")


def open_tab(visitor: VisitorState, request: gr.Request) -> Any:
    """Turn to the tab that the page's address names."""
    asked = request.query_params.get("tab")
    name = next((each for each in PURPOSES if tab_id(each) == asked), None)
    if name is None:
        return gr.skip()
    visitor.tab = name
    return gr.Tabs(selected=tab_id(name))


def turn_to(event: gr.EventData, visitor: VisitorState) -> None:
    """Remember which tab is open: the others need not follow what happens there."""
    visitor.tab = one_of(event, "value", PURPOSES) or ""


@contextmanager
def _tab(name: str) -> Iterator[gr.Tab]:
    """A tab whose first line says what it is for."""
    with gr.Tab(name, id=tab_id(name)) as tab:
        gr.HTML(f'<p class="purpose">{PURPOSES[name]}</p>', apply_default_css=False)
        yield tab


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
