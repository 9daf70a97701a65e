# SPDX-License-Identifier: Apache-2.0
"""Systolite from Python: run a network on an accelerator, see where its cycles go, explore configurations.

    >>> import systolite
    >>> result = systolite.run(model="kws_embedded", config="base_16x16", backend="fast")
    >>> result.cycles
    12139

Arguments are keyword arguments. What is refused raises a subclass of SystoliteError with the sentence that the command
line prints for it. Figures have the names, units and definitions of `systolite run --json`
(sim/report/README.md) and of sweeps (`figures()`).
"""

from systolite._exploration import Exploration, FigureInfo, Front, Progress, explore, figures, timing
from systolite._hardware import AreaEstimate, BlockArea, Config, MemoryArea, area, config_names, load_config
from systolite._model import Model, TensorInfo, load_model, model_names
from systolite._native import (
    ConfigError,
    DataError,
    DeviceError,
    MismatchError,
    ModelError,
    ProgramError,
    SystoliteError,
    ToolError,
    __version__,
)
from systolite._program import Commands, Cut, Program, ScratchpadPlace, map
from systolite._result import Figure, Layers, RunResult
from systolite._run import Session, run

__all__ = [
    "AreaEstimate", "BlockArea", "Commands", "Config", "ConfigError", "Cut", "DataError", "DeviceError", "Exploration",
    "Figure", "FigureInfo", "Front", "Layers", "MemoryArea", "MismatchError", "Model", "ModelError", "Program",
    "ProgramError", "Progress", "RunResult", "ScratchpadPlace", "Session", "SystoliteError", "TensorInfo", "ToolError",
    "__version__", "area", "config_names", "explore", "figures", "load_config", "load_model", "map", "model_names",
    "run", "timing",
]
