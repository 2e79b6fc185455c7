"""A network made ready for prediction: the same outputs, sooner."""

import copy
import itertools
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

Network = TypeVar("Network", bound=nn.Module)


def for_inference(
    network: nn.Module,
    device: torch.device,
    dtype: torch.dtype,
    memory_format: torch.memory_format,
    exact_layers: Iterable[str] = (),
) -> nn.Module:
    """A copy of `network` for prediction only: batch norm folded, on `device`, its parameters in `dtype` and format.

    Buffers stay in float32: they hold lengths in pixels, which half precision rounds. So do the modules whose names are
    `exact_layers`, such as the last ones: their outputs are coordinates, of which bfloat16 has 8 significant bits.
    Every convolution and linear layer casts its input to its own precision.
    """
    ready = copied(network).eval()
    fold_batch_norm(ready)
    overwrite_in_activations(ready)
    exact = [ready.get_submodule(name) for name in exact_layers]
    kept = {parameter for layer in exact for parameter in layer.parameters()}
    for parameter in ready.parameters():
        parameter.data = parameter.data.to(torch.float32 if parameter in kept else dtype)
    if dtype != torch.float32:
        for layer in ready.modules():
            if isinstance(layer, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
                layer.register_forward_pre_hook(_cast_to_own_precision)
    return ready.to(device, memory_format=memory_format)  # type: ignore[call-overload]


def copied(network: Network) -> Network:
    """A copy of `network` with tensors of its own, which are not to be trained.

    They are copied beforehand: a tensor that copies itself hands on all that was copied so far, which the emulation of
    a GPU on ZeroGPU Spaces looks through each time, so that networks took minutes.
    """
    memo: dict[int, Any] = {id(each): nn.Parameter(each.detach().clone(), False) for each in network.parameters()}
    memo |= {id(each): each.clone() for each in network.buffers()}
    return copy.deepcopy(network, memo)


def fold_batch_norm(network: nn.Module) -> None:
    """Fold every batch norm that directly follows a convolution into it, in place; for inference only.

    Found are neighbours in an nn.Sequential and blocks whose children are named `conv` and `bn`, as ultralytics' are.
    """
    for module, conv_name, bn_name in list(_foldable(network)):
        setattr(module, conv_name, _fused(getattr(module, conv_name), getattr(module, bn_name)))
        setattr(module, bn_name, nn.Identity())


def overwrite_in_activations(network: nn.Module) -> None:
    """Let activations write over what their convolution gave them, in place, where nothing else reads it.

    Those are the `act` of blocks with a `conv`, as ultralytics' are. On a CPU a network of the small body runs about 6
    to 9% faster so, because most of an activation's time goes to memory.
    """
    for module in network.modules():
        if {"conv", "act"} <= set(module._modules) and isinstance(module.act, nn.SiLU):
            module.act.inplace = True


@torch.no_grad()
def round_for_bfloat16(network: nn.Module, exact_layers: Iterable[str] = ()) -> None:
    """Round weights in place so that what `for_inference` makes of them are bfloat16 numbers, `exact_layers` excepted.

    The network is in eval mode. Prediction in bfloat16 then has the same weights as prediction in float32, and rounds
    only what flows between layers. Of a folded convolution the product w s with the batch norm's scale s is rounded,
    not w itself; the change of a folded bias goes to the batch norm's own.
    """
    kept = {layer for name in exact_layers for layer in network.get_submodule(name).modules()}
    for module, conv_name, bn_name in _foldable(network):
        conv, bn = getattr(module, conv_name), getattr(module, bn_name)
        kept |= {conv, bn}
        folded = _fused(conv, bn)
        scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
        # Output channels come first in a convolution's weight, second in a transposed one's.
        scale = scale[:, None, None] if isinstance(conv, nn.ConvTranspose2d) else scale[:, None, None, None]
        exact = _rounded(folded.weight) / scale
        conv.weight.copy_(torch.where(scale != 0, exact, conv.weight))
        bn.bias.add_(_rounded(folded.bias) - folded.bias)
    for layer in set(network.modules()) - kept:
        for parameter in layer.parameters(recurse=False):
            parameter.copy_(_rounded(parameter))


def _fused(conv: Any, bn: nn.BatchNorm2d) -> Any:
    return fuse_conv_bn_eval(conv, bn, transpose=isinstance(conv, nn.ConvTranspose2d))


def _rounded(x: torch.Tensor) -> torch.Tensor:
    return x.bfloat16().to(x.dtype)


def _foldable(network: nn.Module) -> Iterator[tuple[nn.Module, str, str]]:
    """Every batch norm that directly follows a convolution: the module that holds both, and their names there."""
    for module in network.modules():
        for conv_name, bn_name in _neighbours(module):
            conv, bn = getattr(module, conv_name), getattr(module, bn_name)
            # A subclass of batch norm may do more, as timm's does.
            if isinstance(conv, nn.Conv2d | nn.ConvTranspose2d) and type(bn) is nn.BatchNorm2d:
                yield module, conv_name, bn_name


def _neighbours(module: nn.Module) -> Iterator[tuple[str, str]]:
    names = list(module._modules)
    if isinstance(module, nn.Sequential):
        yield from itertools.pairwise(names)
    elif {"conv", "bn"} <= set(names):
        yield "conv", "bn"


def _cast_to_own_precision(layer: Any, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(x.to(layer.weight.dtype) for x in inputs)


def count_parameters(network: nn.Module) -> int:
    """How many numbers a network is made of."""
    return sum(each.numel() for each in network.parameters())
