# SPDX-License-Identifier: Apache-2.0
"""A simulation in a process of its own: a job on standard input, its answer or exception on standard output."""

import os
import pickle
import sys

from systolite import _native
from systolite._run import run_job


def main() -> None:
    job = pickle.load(sys.stdin.buffer)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a simulation prints is not part of the answer
    try:
        answer: object = run_job(*job)
    except (_native.SystoliteError, ValueError) as error:
        answer = error
    with answers:
        pickle.dump(answer, answers)


if __name__ == "__main__":
    main()
