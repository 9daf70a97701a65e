# SPDX-License-Identifier: Apache-2.0
"""Golden tensors: TensorFlow Lite Micro's reference kernels run a model."""

import numpy as np
from tflite_micro.python.tflite_micro import runtime

from .tflite_writer import Model

ARENA_BYTES = 4 << 20


def run(model: Model, file: bytes, x: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Output for the input `x` (batch 1), and every activation under "tTTT_input" or "tTTT_opNN_OPERATOR"."""
    interpreter = runtime.Interpreter.from_bytes(
        file, arena_size=ARENA_BYTES, intrepreter_config=runtime.InterpreterConfig.kPreserveAllTensors
    )
    interpreter.set_input(x, 0)
    interpreter.invoke()
    output = interpreter.get_output(0)
    tensors = {f"t{model.inputs[0]:03}_input": x}
    for index, operator in enumerate(model.operators):
        tensor = operator.outputs[0]
        value = interpreter.GetTensor(tensor, 0)["tensor_data"]
        tensors[f"t{tensor:03}_op{index:02}_{operator.code}"] = value.reshape(model.tensors[tensor].shape)
    return output, tensors
