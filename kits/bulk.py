"""The kits of a whole market, one process per core; one bad store never stops the others.

A store whose kit lies whole in its folder under the same content key is not made again, so
a run that was killed goes on where it was.
"""

import json
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

from kits import intake, pipeline, shelf
from kits.errors import KitError
from kits.roster import Line, folder_name
from kits.spec import KitSpec

MADE = "made"
KEPT = "kept"
FAILED = "failed"

RESERVED = frozenset({"imposed", "summary.csv"})
"""Names in the folder of a market that are no store."""
_AHEAD = 2
"""Stores waiting per process: enough that none is idle, few to repeat after a crash."""


@dataclass(frozen=True, slots=True)
class Task:
    """One store to make.

    Attributes:
        line: what the list says.
        folder: name of its folder.
    """

    line: Line
    folder: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one store.

    Attributes:
        task: the store.
        state: "made", "kept" from an earlier run, or "failed".
        products: ids of what its folder holds.
        address: what its codes say.
        code: of the error; empty without one.
        message: one sentence; empty without an error.
    """

    task: Task
    state: str
    products: tuple[str, ...] = ()
    address: str = ""
    code: str = ""
    message: str = ""


def plan(lines: Sequence[Line]) -> tuple[Task, ...]:
    """Give every store a folder of its own; the same list gives the same names."""
    taken = set(RESERVED)
    tasks = []
    for line in lines:
        name = folder_name(line, taken)
        taken.add(name)
        tasks.append(Task(line, name))
    return tuple(tasks)


Maker = Callable[[Task, Path], Outcome]


def run(
    tasks: Sequence[Task],
    out: Path,
    workers: int,
    seen: Callable[[Outcome], None],
    maker: Maker | None = None,
) -> tuple[Outcome, ...]:
    """Make every store; `seen` hears of each as it is done. The result keeps their order.

    Args:
        tasks: the stores.
        out: folder of the market.
        workers: processes.
        seen: called with every outcome, in the order of finishing.
        maker: makes one store; `make` when None.

    A process that dies (out of memory, killed) takes the stores it held with it; each of
    those is tried once more, alone, so that only the one to blame is lost.
    """
    done: dict[str, Outcome] = {}
    crew = _Crew(out, maker or make)

    def note(outcome: Outcome) -> None:
        done[outcome.task.folder] = outcome
        seen(outcome)

    left = list(tasks)
    while left:
        suspects = crew.run_until_crash(left, workers, note)
        for task in suspects:
            if crew.run_until_crash([task], 1, note):
                message = "The process that made this kit died."
                note(Outcome(task, FAILED, code="worker_died", message=message))
        left = [task for task in left if task.folder not in done]
    return tuple(done[task.folder] for task in tasks)


def make(task: Task, out: Path) -> Outcome:
    """Make one store, or find that it is there already."""
    folder = out / task.folder
    try:
        spec = _spec(task.line)
        if _is_whole(folder, pipeline.content_key(spec)):
            return Outcome(task, KEPT, spec.products, spec.channel.address)
        shelf.put(pipeline.render(spec).files, folder)
    except pipeline.UnfitKitError as error:
        shelf.put_report(error, folder)
        return Outcome(task, FAILED, code=error.code, message=error.message)
    except KitError as error:
        return Outcome(task, FAILED, code=error.code, message=error.message)
    return Outcome(task, MADE, spec.products, spec.channel.address)


def _spec(line: Line) -> KitSpec:
    if line.extra:
        raise KitError("csv_invalid", f"The line has {line.extra} cells too many.")
    return intake.from_row(line.cells)


def _is_whole(folder: Path, key: str) -> bool:
    """Whether a finished kit of the same content lies in the folder."""
    try:
        report = json.loads((folder / pipeline.REPORT).read_bytes())
    except (OSError, ValueError):
        return False
    if not isinstance(report, dict) or report.get("key") != key or report.get("ok") is not True:
        return False
    names = {f"{item['product']}.{item['variant']}.pdf" for item in report["items"]}
    return all((folder / name).is_file() for name in (*names, pipeline.ZIP))


@dataclass(frozen=True, slots=True)
class _Crew:
    """Processes that make stores.

    Attributes:
        out: folder of the market.
        maker: makes one store.
    """

    out: Path
    maker: Maker

    def run_until_crash(
        self, tasks: Sequence[Task], workers: int, note: Callable[[Outcome], None]
    ) -> list[Task]:
        """Make stores until all are done or a process dies; return those it may have held."""
        waiting = iter(tasks)
        running: dict[Future[Outcome], Task] = {}
        lost: list[Task] = []
        context = multiprocessing.get_context("spawn")  # threads of this process do not fork well
        with ProcessPoolExecutor(workers, context, initializer=_die_with_parent) as pool:
            self._feed(pool, waiting, running, workers * _AHEAD)
            while running:
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    task = running.pop(future)
                    error = future.exception()
                    if error is None:
                        note(future.result())
                    elif isinstance(error, BrokenProcessPool):
                        lost.append(task)
                    else:
                        note(_broken(task, error))
                if not lost:
                    self._feed(pool, waiting, running, workers * _AHEAD)
        return lost

    def _feed(
        self,
        pool: ProcessPoolExecutor,
        waiting: Iterator[Task],
        running: dict[Future[Outcome], Task],
        most: int,
    ) -> None:
        """Keep a few stores ahead; the pool holds no more, however long the list is."""
        while len(running) < most:
            task = next(waiting, None)
            if task is None:
                return
            try:
                running[pool.submit(self.maker, task, self.out)] = task
            except BrokenProcessPool:
                return


def _broken(task: Task, error: BaseException) -> Outcome:
    """Return the outcome of a store that met a fault of ours."""
    message = f"The kit could not be made: {type(error).__name__}."
    return Outcome(task, FAILED, code="internal", message=message)


def _die_with_parent() -> None:
    """Have this process end when the one that started it is killed; it would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)
