"""What a printed kit costs in CPU time, beside the bare typesetting of the same sheets.

A kit is a poster, a table tent and a sheet of ten cards: previews, reading all 13 codes,
inspection and ZIP included. Every store is a new one, because Typst remembers what it has set
before; bare and whole runs take turns, so that what else the machine does hits both alike.
Run: python -m tests.benchmarks.kit_cost
"""

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from kits import compose, pipeline
from kits.catalog import PRODUCTS
from kits.spec import PRINT, Channel, KitSpec, Store
from kits.vetting import checked

SHEETS = ("poster-a4", "tent", "card-sheet")
CODES = 13
ROUNDS = 25
STORES = 300
POOL_KITS = 60
TARGET = 3.0
MEGA = 1024.0
MILLI = 1000.0
_FIRST_NAMES = ("바다", "대성", "원조", "은하", "골목", "장터", "햇살")
_TRADES = ("수산", "정육점", "떡집", "반찬", "과일", "국밥", "참기름")


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured.

    Attributes:
        bare_ms: CPU time of setting three sheets.
        kit_ms: CPU time of the whole kit.
        thumbnail_ms: CPU time of a small picture.
        kits_per_s: whole kits on two processes.
        early_mb: memory of one process after 30 stores.
        late_mb: the same after all.
        read: codes read back in one kit.
    """

    bare_ms: float
    kit_ms: float
    thumbnail_ms: float
    kits_per_s: float
    early_mb: float
    late_mb: float
    read: int

    @property
    def ratio(self) -> float:
        """How many bare runs a kit costs."""
        return self.kit_ms / self.bare_ms


def spec(number: int) -> KitSpec:
    """Return an invented store; no two numbers give the same."""
    first = _FIRST_NAMES[number % len(_FIRST_NAMES)]
    trade = _TRADES[number // len(_FIRST_NAMES) % len(_TRADES)]
    letters = "".join(chr(ord("a") + number // 26**place % 26) for place in range(4))
    return KitSpec(
        Store(f"{first}{trade} {number}", "새벽마다 직접 고릅니다", "신영시장", f"{number}호"),
        Channel(f"_Ab{letters}", f"{first}{trade}"),
        products=SHEETS,
    )


def cpu_ms(work: Callable[[], object]) -> float:
    """Return the CPU time of one run."""
    start = time.process_time()
    work()
    return (time.process_time() - start) * MILLI


def bare(store: KitSpec) -> Callable[[], object]:
    """Return the typesetting alone, with its data ready."""
    sheets = [PRODUCTS[name] for name in SHEETS]
    ready = [(sheet.template, compose.data_of(sheet, store, PRINT)) for sheet in sheets]
    return lambda: [compose.typeset(template, data) for template, data in ready]


def turns(rounds: int) -> Iterable[tuple[float, float]]:
    """Yield the cost of a bare run and of a whole kit, in turns."""
    for number in range(0, 2 * rounds, 2):
        yield (
            cpu_ms(bare(checked(spec(number)))),
            cpu_ms(partial(pipeline.render, spec(number + 1))),
        )


def make(number: int) -> int:
    """Make one kit in a process of the pool."""
    return len(pipeline.render(spec(number)).files)


def memory(stores: int) -> tuple[float, float]:
    """Return the memory of this process after 30 stores and after all, in MB."""
    early = 0.0
    for number in range(stores):
        make(number)
        if number == stores // 10:
            early = resident_mb()
    return early, resident_mb()


def resident_mb() -> float:
    """Return the memory that this process holds."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / MEGA / MEGA


def throughput() -> float:
    """Return whole kits a second on two processes that are warm."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, context) as pool:
        list(pool.map(make, range(8)))
        start = time.perf_counter()
        list(pool.map(make, range(1000, 1000 + POOL_KITS)))
        return POOL_KITS / (time.perf_counter() - start)


def report() -> Figures:
    """Measure, print, and return the figures."""
    kit = pipeline.render(spec(9_000))
    cpu_ms(bare(checked(spec(9_001))))
    costs = list(turns(ROUNDS))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, context) as pool:
        early, late = pool.submit(memory, STORES).result()
    figures = Figures(
        bare_ms=median(cost for cost, _ in costs),
        kit_ms=median(cost for _, cost in costs),
        thumbnail_ms=median(
            cpu_ms(partial(pipeline.thumbnail, spec(number), "poster", 320))
            for number in range(5000, 5010)
        ),
        kits_per_s=throughput(),
        early_mb=early,
        late_mb=late,
        read=sum(
            code["decoded"] == code["expected"]
            for item in kit.report["items"]
            for code in item["codes"]
        ),
    )
    show(figures)
    return figures


def show(figures: Figures) -> None:
    """Print the figures."""
    print(
        f"\nprinted kit ({', '.join(SHEETS)}; {figures.read} codes read back)\n"
        f"  bare Typst of three sheets  {figures.bare_ms:7.1f} ms CPU\n"
        f"  whole kit                   {figures.kit_ms:7.1f} ms CPU\n"
        f"  ratio                       {figures.ratio:7.2f} (target {TARGET})\n"
        f"  thumbnail, 320 pixels       {figures.thumbnail_ms:7.1f} ms CPU\n"
        f"  two processes               {figures.kits_per_s:7.1f} kits/s\n"
        f"  memory, {STORES} stores          {figures.early_mb:7.1f} MB after a tenth, "
        f"{figures.late_mb:.1f} MB at the end"
    )


if __name__ == "__main__":
    report()
