"""From a finished training to published weights: half precision, measured, with a model card and a manifest entry."""

import json
import tempfile
from pathlib import Path

import torch
from safetensors.torch import save_file

from methods import weights
from methods.analysis.run import Evaluation, evaluate
from methods.analysis.study import Study
from methods.analysis.visibility import measure_visibility
from methods.backbones.inference import round_for_bfloat16
from methods.catalog import create, family_of, find_variant
from methods.claims import CLAIMS, Claim, read_claims, write_claims
from methods.data.coco import CocoKeypoints
from methods.errors import WeightsError
from methods.family import load
from methods.method import Method
from methods.metrics.visibility import VisibilityScores
from methods.training.card import model_card
from methods.training.recipe import Recipe
from methods.training.report import METRICS
from methods.training.trainer import COMMAND, NOTES, best_score, weights_file
from methods.writing import write_text, write_whole


def publish(
    name: str,
    run: Path,
    recipe: Recipe,
    validation: CocoKeypoints,
    folder: Path | None = None,
    further: str | None = None,
) -> Path:
    """Write `folder`/NAME.safetensors from the best weights in `run`, NAME.md beside it, and the manifest entry.

    `folder` is that of the published weights unless another is given. With `further` these become weights of that name
    beside the variant's own, for a study; nothing is claimed of them. The numbers are those of the published
    half-precision file with the evaluation preset on `validation`. Raises WeightsError where the training kept no
    weights or they do not fit into half precision. Whatever stops this, the weights are the old or the new ones with
    their own entry.
    """
    best, title = weights_file(run, name), further or name
    if not best.is_file():
        raise WeightsError(f"{run} holds no {best.name}; train first, at least to the first validation.")
    folder = folder or weights.WEIGHTS_DIR
    history = [json.loads(line) for line in (run / METRICS).read_text(encoding="utf-8").splitlines()]
    state = halved(rounded(name, best))
    # Measured before anything is published: that takes minutes, and may be stopped.
    with tempfile.TemporaryDirectory(prefix=f".publishing-{title}-", dir=folder) as unfinished:
        fresh = Path(unfinished) / f"{title}.safetensors"
        write_whole(fresh, lambda beside: save_file(state, beside, metadata={"format": "pt"}))
        fresh.chmod(0o644)  # safetensors writes it for its owner only
        method = create(name, weights=fresh)
        found, states, studies = measured(method, recipe, validation, further)
        command = (run / COMMAND).read_text(encoding="utf-8")
        note = history[-1].get(NOTES, {}).get(name, "")  # trainings before there were notes have none
        best_of = best_score(history, name, recipe.validation.measure)
        card = model_card(
            fresh, method.shares_body, recipe, command, history, best_of, found, states, list(studies.values()), note
        )
        entry = weights.Entry(
            file=fresh.name,
            sha256=weights.sha256_of(fresh),
            size=fresh.stat().st_size,
            licence=recipe.licence,
            provenance=recipe.provenance,
            metrics=metrics_of(found) | (f1_of(states) if states else {}),
            beside=name if further else None,
        )
        path = weights.put_in_place(title, fresh, entry, folder / weights.MANIFEST.name)
    write_text(folder / f"{title}.md", card)
    if not further:
        claims = folder / CLAIMS.name
        write_claims(read_claims(claims) | {name: [claim_of(key, one) for key, one in studies.items()]}, claims)
    return path


def measured(
    method: Method, recipe: Recipe, validation: CocoKeypoints, further: str | None = None
) -> tuple[Evaluation, VisibilityScores | None, dict[str, Study]]:
    """What a method reaches, with the command for it; how well it tells states, where it does; its family's studies.

    `further` weights are given by their file; studies are of a variant's own weights.
    """
    where = recipe.validation
    place = f"--annotations {where.folder}/annotations_{where.split}.json --images {where.folder}"
    given = f" --weights weights/{further}.safetensors" if further else ""
    found = evaluate(method, validation, command=f"python -m methods evaluate {method.name}{given} {place}")
    family = family_of(method.name)
    states = measure_visibility(method, validation) if family.filters else None
    due = {} if further else family.studies
    studies = {
        name: load(study.measure)(method, validation, command=f"python -m methods study {name} {method.name} {place}")
        for name, study in due.items()
        if not study.beside or method.name + study.beside in weights.read_manifest()
    }
    return found, states, studies


def rounded(name: str, path: Path) -> dict[str, torch.Tensor]:
    """The weights at `path` of variant `name`, so rounded that prediction in bfloat16 rounds them no more."""
    variant = find_variant(name)
    family = variant.method_class()
    network = family.Network(**variant.options)
    weights.load_into(network, path)
    round_for_bfloat16(network.eval(), family.exact_layers(network))
    return network.state_dict()


def halved(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The same tensors, sorted, floating ones in half precision; raises WeightsError where one is out of its range."""
    found = {name: value.half() if value.is_floating_point() else value for name, value in sorted(state.items())}
    for name, value in found.items():
        if not value.isfinite().all():
            raise WeightsError(f"{name} does not fit into half precision; train with weight decay or a lower rate.")
    return found


def claim_of(name: str, study: Study) -> Claim:
    """What the page quotes of a study."""
    return Claim(name=name, sentences=tuple(study.sentences()), command=study.command or "")


def metrics_of(found: Evaluation) -> dict[str, object]:
    """What the manifest says of an evaluation."""
    interval = [round(found.interval.low.ap, 3), round(found.interval.high.ap, 3)]
    measured = {"AP": round(found.ap.ap, 3), "AP_interval": interval, "AP50": round(found.ap.ap50, 3)}
    place = {"data": found.data, "images": found.images, "input_size": found.input_size}
    return measured | place | {"command": found.command}


def f1_of(told: VisibilityScores) -> dict[str, object]:
    """What the manifest says of how well states are told, in annotated boxes."""
    interval = [round(told.total_low, 3), round(told.total_high, 3)]
    each = {f"F1_{state}": round(value, 3) for state, value in told.all.f1.items()}
    return {"F1": round(told.all.total, 3), "F1_interval": interval} | each
