"""The whole page: head, tabs, foot, and how it is served."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi.exceptions import RequestValidationError
from starlette.middleware import Middleware

from app.components import cards, share, viewer
from app.events import DECODING
from app.limits import UPLOAD
from app.models import offered
from app.picker import Picker
from app.server.doors import Doors, forgetting, refuse
from app.server.event_data import one_of
from app.server.fair_queue import FairQueue
from app.server.gate import GatedBlocks
from app.server.gradio_files import announced
from app.server.head_end import HeadEnd
from app.server.headers import SafeHeaders
from app.server.kept_assets import KeptAssets
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
from app.views import PURPOSES, Views, tab_id
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
UNWATCHED = (STATIC / "unwatched.js").read_text(encoding="utf-8")
TITLE = "Pose workbench"


def build() -> gr.Blocks:
    """The page, with every offered method built. Raises WeightsError where weights are missing or altered."""
    with GatedBlocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        with gr.Row(elem_classes="masthead-row"):
            gr.HTML(_masthead(), apply_default_css=False)
            shared = share.share()
        visitor = gr.State(VisitorState(Controls.initial(offered())))
        picker = Picker(visitor)
        with gr.Tabs() as tabs:
            with _tab("Compare"):
                compare = CompareTab(visitor, picker)
            with _tab("Look inside") as tab:
                inside = InsideTab(visitor, tab, picker)
            with _tab("Stress") as tab:
                stress = StressTab(visitor, tab, picker)
            with _tab("Visibility") as tab:
                visibility = VisibilityTab(visitor, tab, picker)
            with _tab("Trade-offs") as tab:
                trade_offs = TradeoffsTab(visitor, picker.chosen, tab)
            with _tab("Failures") as tab:
                failures = FailuresTab(visitor, tab)
            with _tab("Several"):
                several = SeveralTab(visitor, compare.panel, tabs)
            with _tab("Papers"):
                PapersTab()
        tabs.select(turn_to, visitor, None, js=NAME_TAB, **DECODING)
        views = Views({
            "Look inside": inside.linked, "Stress": stress.linked, "Visibility": visibility.linked,
            "Trade-offs": trade_offs.linked, "Failures": failures.linked,
        })  # fmt: skip
        page.load(views.open_view, visitor, [tabs, *views.components, picker.notice], **DECODING)
        shared.select(views.make_link, [visitor, *views.components], shared, **DECODING)
        compare.open_links(page)
        compare.open_after(several.opened, several.picked)
        gr.HTML(_colophon(), apply_default_css=False)
    show_nothing_hidden(page, visitor)
    page.queue(api_open=False)  # nothing goes past the queue
    page._queue = FairQueue(page)  # Gradio takes no other than by this name
    return page


def serving(page: gr.Blocks) -> dict[str, Any]:
    """Arguments for the page's `launch`."""
    styles = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in ("page.css", "viewer.css", "cards.css"))
    return {
        "theme": theme(),
        # In the head rather than as `css`, which Gradio rewrites rule by rule and does not understand all of.
        "head": f"<style>{styles}</style>{viewer.head()}{cards.head()}{share.head()}",
        "favicon_path": STATIC / "logo.svg",
        "max_file_size": UPLOAD,
        "app_kwargs": {
            "lifespan": forgetting((STORE, UPLOADS)),
            "middleware": [
                Middleware(SafeHeaders),
                Middleware(KeptAssets),
                Middleware(Doors),
                Middleware(HeadEnd, text=head_end(page)),
            ],
            "exception_handlers": {RequestValidationError: refuse},
        },
        "run_history": False,  # it would keep every visitor's uploads in their browser
        "enable_monitoring": False,
        "footer_links": ["api", "settings"],
        "ssr_mode": False,
    }


def head_end(page: gr.Blocks) -> str:
    """What the browser has to know before it reads Gradio's scripts: which files they need, and what not to watch."""
    shown = {block.get_block_name() for block in page.blocks.values() if getattr(block, "visible", True)}
    return f"{announced(shown)}<script>{UNWATCHED}</script>"


def turn_to(event: gr.EventData, visitor: VisitorState) -> None:
    """Remember which tab is open: the others need not follow what happens there."""
    visitor.tab = one_of(event, "value", PURPOSES) or ""


def show_nothing_hidden(page: gr.Blocks, nothing: gr.State) -> None:
    """Let events whose progress is hidden show it on a component that nobody sees.

    Gradio copies all that a component holds, and all inside it, with every step of every event that ever showed its
    progress there, also where that is hidden: 40 ms of each answer.
    """
    for event in page.fns.values():
        if event.show_progress == "hidden":
            event.show_progress_on = [nothing]


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
