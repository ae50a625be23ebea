"""A whole market: one bad store, or one that kills its process, costs only itself."""

import os
from collections.abc import Sequence
from pathlib import Path

from kits import bulk, market, roster
from kits.bulk import FAILED, MADE, Outcome, Task


def maker(task: Task, out: Path) -> Outcome:
    """Stand in for the making of a kit, where some stores are deadly."""
    name = task.line.cells["store"]
    if name.startswith("dies"):
        os._exit(9)
    if name.startswith("breaks"):
        raise ZeroDivisionError
    (out / task.folder).mkdir(exist_ok=True)
    return Outcome(task, MADE, ("card",))


def outcomes(names: Sequence[str], out: Path, workers: int = 2) -> list[tuple[str, str]]:
    lines = [roster.Line(n, {"store": name}) for n, name in enumerate(names, 2)]
    heard: list[Outcome] = []
    found = bulk.run(bulk.plan(lines), out, workers, heard.append, maker)
    assert sorted(o.task.line.number for o in heard) == list(range(2, len(names) + 2))
    assert [o.task.line.cells["store"] for o in found] == list(names)
    return [(outcome.state, outcome.code) for outcome in found]


def test_a_store_that_kills_its_process_is_the_only_one_lost(tmp_path: Path) -> None:
    names = ["a", "b", "dies", "c", "d", "e", "dies too", "f"]
    done = outcomes(names, tmp_path)
    expected = [
        (FAILED, "worker_died") if name.startswith("dies") else (MADE, "") for name in names
    ]
    assert done == expected


def test_a_fault_of_ours_is_one_stores_misfortune(tmp_path: Path) -> None:
    done = outcomes(["a", "breaks", "b"], tmp_path, workers=1)
    assert done == [(MADE, ""), (FAILED, "internal"), (MADE, "")]


def test_stores_of_one_name_get_folders_of_their_own() -> None:
    lines = [roster.Line(n, {"store": "떡집", "stall": "1호"}) for n in (2, 3, 4)]
    assert [task.folder for task in bulk.plan(lines)] == ["1호-떡집", "1호-떡집-2", "1호-떡집-3"]


def test_folder_names_are_safe_everywhere() -> None:
    names = ["../../etc/passwd", "CON", "imposed", "summary.csv", "a\0b\n", "." * 300, "가" * 300]
    lines = [roster.Line(n, {"store": name, "stall": name}) for n, name in enumerate(names)]
    folders = [task.folder for task in bulk.plan(lines)]
    for folder in folders:
        assert not set(folder) & set('/\\:*?"<>|\0\n.')
        assert folder.strip("-")
        assert len(folder.encode()) < 255
    assert not {folder.lower() for folder in folders} & bulk.RESERVED
    assert len({folder.lower() for folder in folders}) == len(folders)


def test_stalls_are_ordered_as_people_walk() -> None:
    stalls = [
        "나동 1호",
        "가동 10호",
        "가동 2호",
        "",
        "가동 2-10호",
        "가동 2-9호",
        "B1",
        "가동 ٣호",
    ]
    ordered = sorted(stalls, key=roster.natural)
    assert ordered.index("가동 2호") < ordered.index("가동 10호") < ordered.index("나동 1호")
    assert ordered.index("가동 2호") < ordered.index("가동 2-9호") < ordered.index("가동 2-10호")
    assert ordered.index("가동 2-10호") < ordered.index("가동 10호")


def test_cells_that_would_be_formulas_are_texts() -> None:
    cells = ["=1+1", "+82", "-1", "@x", "\tx", "가게", "12"]
    written = roster.as_csv([cells]).decode("utf-8-sig")
    assert written == "'=1+1,'+82,'-1,'@x,'\tx,가게,12\r\n"


def test_the_table_lines_up_and_moves_no_cursor() -> None:
    names = ["바다수산", "a\x1b[2Jb"]
    tasks = bulk.plan([roster.Line(n, {"store": name}) for n, name in enumerate(names, 2)])
    table = market.table([Outcome(task, MADE) for task in tasks]).splitlines()
    assert table[1].index("made") - table[2].index("made") == -4  # four syllables, eight columns
    assert "\x1b" not in "".join(table)
