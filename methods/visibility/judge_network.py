"""The head with which the small metamodel judges keypoints that any method placed in a crop.

The paper's visibility module sees a person and never the keypoint, so that it cannot tell one that lies at the wrong
place, and its three classes mix what is in the image with what annotators label. Here the keypoint is given, and what
is asked comes apart into QUESTIONS.
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import nn

from methods.ops.heatmaps import highest
from methods.visibility.bodies import Features, SmallFeatures
from methods.visibility.coordinates import LateralDeconvolutions
from methods.visibility.network import SHAPE, STATES, STRIDE

# Of a keypoint: whether it is inside the image; if so, whether it is seen there; whether an annotator labels it, if it
# is seen and if it is hidden; whether the place given is within OKS 0.5 of it; and at how many of COCO's ten OKS
# thresholds, as a share.
QUESTIONS = ("inside", "seen", "labelled_seen", "labelled_hidden", "within", "quality")
INSIDE, SEEN, LABELLED_SEEN, LABELLED_HIDDEN, WITHIN, QUALITY = range(len(QUESTIONS))
AROUND, APART = 5, 6.0  # the metamodel's own heat map is read at 5 x 5 places, 6 crop pixels apart, round the keypoint
AWAY = 32.0  # crop pixels by which distances are divided
WIDTH = (
    SmallFeatures.channels + LateralDeconvolutions.WIDTHS[-1] + AROUND**2 + 1 + 3 + STATES + 2
)  # numbers that describe a keypoint
STATE_LOGITS = slice(WIDTH - 2 - STATES, WIDTH - 2)  # where among them those of absent, occluded, visible are
HIDDEN = 64  # channels
DROPOUT = 0.2
LOWEST, HIGHEST = 0.003, 0.997  # scores beyond are taken for these
LEAST = 1e-6  # chances below are taken for it


def describe(
    features: Features, fine: torch.Tensor, heatmaps: torch.Tensor, states: torch.Tensor, keypoints: torch.Tensor
) -> torch.Tensor:
    """Numbers [n, K, WIDTH] about `keypoints` [n, K, 2], finite, in pixels of n crops.

    What the metamodel has computed of the crops is read at each keypoint: its features, `fine` maps [n, C, h, w], its
    own `heatmaps` [n, K, h, w] there and how far their peak lies away, and logits of its `states` [n, K, 3].
    """
    n, count = keypoints.shape[:2]
    size = keypoints.new_tensor([SHAPE[1], SHAPE[0]])
    steps = (torch.arange(AROUND, device=keypoints.device) - AROUND // 2) * APART
    around = keypoints[:, :, None] + torch.cartesian_prod(steps, steps).flip(-1)
    own = _read(heatmaps.reshape(n * count, 1, *heatmaps.shape[2:]), around.reshape(n * count, -1, 2) / size)
    cells, peaks = highest(heatmaps.float())
    away = (keypoints - cells * STRIDE) / AWAY
    return torch.cat(
        [
            _read(features.map, keypoints / size),
            _read(fine, keypoints / size),
            own.reshape(n, count, -1),
            peaks[..., None],
            away,
            away.norm(dim=2, keepdim=True),
            states.float(),
            keypoints / size,
        ],
        dim=2,
    )


def _read(maps: torch.Tensor, places: torch.Tensor) -> torch.Tensor:
    """Maps [n, C, h, w] at places [n, P, 2] (0..1 within the map), bilinear: [n, P, C]; zero outside."""
    return F.grid_sample(maps.float(), places[:, None] * 2 - 1, align_corners=False)[:, :, 0].transpose(1, 2)


class JudgeNetwork(nn.Module):
    """Described keypoints to logits of QUESTIONS: a layer of its own for each keypoint, then one that also sees the
    mean over the pose, because a pose at the wrong person is wrong as a whole. Weights are random.

    `combine` makes one logit of a method's own scores and these: the combined score. `presets` [asked, share] are
    thresholds, see `methods.visibility.judgement`. `flag_scale` [1] and `flag_bias` [3] make chances of COCO's flags
    those of images that nobody covered.
    """

    presets: torch.Tensor
    flag_scale: torch.Tensor
    flag_bias: torch.Tensor

    def __init__(self, presets: tuple[int, int], keypoints: int = 17) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(WIDTH, affine=False)
        self.first, self.second = nn.Linear(WIDTH, HIDDEN), nn.Linear(2 * HIDDEN, HIDDEN)
        self.kinds = nn.Parameter(torch.zeros(2, keypoints, HIDDEN))
        self.last = nn.Linear(HIDDEN, len(QUESTIONS))
        self.combine = nn.Linear(2 + len(QUESTIONS), 1)
        self.register_buffer("presets", torch.ones(presets))
        self.register_buffer("flag_scale", torch.ones(1))
        self.register_buffer("flag_bias", torch.zeros(STATES))

    def forward(self, described: torch.Tensor) -> torch.Tensor:
        """Numbers [n, K, WIDTH] to logits [n, K, questions]."""
        x = self.norm(described.flatten(0, 1)).unflatten(0, described.shape[:2]).clamp(-6, 6)
        x = (self.first(F.dropout(x, DROPOUT, self.training)) + self.kinds[0]).relu()
        x = torch.cat([x, x.mean(dim=1, keepdim=True).expand_as(x)], dim=2)
        x = (self.second(F.dropout(x, DROPOUT, self.training)) + self.kinds[1]).relu()
        return self.last(x)

    def combined(self, scores: Sequence[torch.Tensor], logits: torch.Tensor) -> torch.Tensor:
        """Combined scores [n, K] of a method's own `scores` of keypoints and people, [n, K] each, and of logits."""
        return self.combine(evidence(scores, logits))[..., 0].sigmoid()

    def flags(self, logits: torch.Tensor) -> torch.Tensor:
        """Chances [n, K, 3] of COCO's flags in an image that nobody covered: bias-corrected temperature scaling
        (Alexandari et al., ICML 2020, section 3)."""
        return (flag_chances(logits).clamp(min=LEAST).log() * self.flag_scale + self.flag_bias).softmax(dim=-1)


def flag_chances(logits: torch.Tensor) -> torch.Tensor:
    """Chances [..., 3] that a keypoint is not labelled, labelled as occluded and as visible, of logits [...,
    questions]."""
    chances = logits.sigmoid()
    inside, seen = chances[..., INSIDE], chances[..., SEEN]
    hidden = inside * (1 - seen) * chances[..., LABELLED_HIDDEN]
    visible = inside * seen * chances[..., LABELLED_SEEN]
    return torch.stack([1 - hidden - visible, hidden, visible], dim=-1)


def evidence(scores: Sequence[torch.Tensor], logits: torch.Tensor) -> torch.Tensor:
    """What is combined, [n, K, 2 + questions]: the logits of a method's own `scores`, [n, K] each, and the judge's."""
    own = [score.clamp(LOWEST, HIGHEST).logit() for score in scores]
    return torch.cat([torch.stack(own, dim=-1), logits], dim=-1)
