"""How well merchants are understood, measured on the written cases where they are present.

`python -m tests.benchmarks.language_eval` prints the table; `report()` returns it.
"""

import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.nlu import understand
from bot.nlu.result import Context
from bot.nlu.training import mistyped

ROOT = Path(__file__).resolve().parents[2]
CORPORA = ROOT.parent / "shared" / "corpora"
NOW = "2026-11-23T10:00:00+09:00"
_DIGIT_WORDS = str.maketrans("0123456789", "공일이삼사오육칠팔구")
_SPELLED = {"channel.phone", "channel.brn", "pay.brn", "pay.account"}

Case = dict[str, Any]
Change = Callable[[str, Case], str | None]


def load_cases(path: Path) -> list[Case]:
    """Return the rows of a JSONL file, [] where it is absent."""
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def context_of(case: Case) -> Context:
    """Return the context that a case describes."""
    given = case["context"]
    return Context(
        now=datetime.fromisoformat(given.get("now") or NOW),
        asked=given["asked"],
        options=given.get("options") or {},
    )


def verdict(expected: dict[str, Any], got: dict[str, Any]) -> str:
    """Return right, clarify (asked again in some way) or wrong (something else taken)."""
    if got == expected:
        return "right"
    if got.get("intent") == "unknown" or not set(got) - {"clarify", "error", "week"}:
        return "clarify"
    return "wrong"


def run(cases: list[Case], change: Change | None = None) -> list[tuple[Case, str, float]]:
    """Return (case, verdict, milliseconds) of every case that the change applies to."""
    results = []
    for case in cases:
        text = change(case["utterance"], case) if change else case["utterance"]
        if text is None:
            continue
        started = time.perf_counter()
        got = understand(text, context_of(case)).as_result()
        results.append((case, verdict(case["expect"], got), (time.perf_counter() - started) * 1e3))
    return results


def without_blanks(text: str, case: Case) -> str | None:
    """Return the text without blanks; free texts keep them, they belong to the value."""
    free_text = {"store_name", "location_note", "phrase", "place_note", "channel_name", "stall"}
    if free_text & set(case["expect"]) or case["context"]["asked"] == "channel.search_id":
        return None
    return text.replace(" ", "") if " " in text else None


def one_typo(text: str, case: Case) -> str | None:
    """Return the text with one vowel mistyped; names and short words have nothing to repair."""
    names = {"owner_name", "store_name", "market", "holder", "phrase", "location_note"}
    if names & set(case["expect"]) or len(text) < 5:
        return None
    return mistyped(text, random.Random(case["id"]))  # noqa: S311 - repeatable, not secret


def digits_as_words(text: str, case: Case) -> str | None:
    """Return numbers of telephones and the like in digit words."""
    if case["context"]["asked"] not in _SPELLED or not any(c.isdigit() for c in text):
        return None
    return text.translate(_DIGIT_WORDS)


def _line(name: str, results: list[tuple[Case, str, float]]) -> str:
    """Return one line of the table."""
    counts = Counter(said for _, said, _ in results)
    total = max(1, len(results))
    shares = " ".join(f"{key} {counts[key] / total:6.1%}" for key in ("right", "wrong", "clarify"))
    return f"{name:28} n={len(results):4} {shares}"


def _by_question(results: list[tuple[Case, str, float]]) -> list[str]:
    grouped: dict[str, list[tuple[Case, str, float]]] = defaultdict(list)
    for result in results:
        grouped[result[0]["context"]["asked"]].append(result)
    return [_line("  " + asked, rows) for asked, rows in sorted(grouped.items())]


def _small_talk() -> str:
    path = CORPORA / "smalltalk.dev.txt"
    if not path.exists():
        return "small talk: no file"
    context = Context(now=datetime.fromisoformat(NOW))
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    taken = [understand(line, context).intent != "unknown" for line in lines]
    return (
        f"small talk taken for an intent: {sum(taken)}/{len(taken)} = {sum(taken) / len(taken):.2%}"
    )


def _start_up() -> str:
    """Return seconds and megabytes of a fresh process that understands one message."""
    code = (
        "import resource,time; t=time.perf_counter(); import bot.nlu; "
        "print(time.perf_counter()-t, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss/1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    seconds, megabytes = map(float, done.stdout.split())
    return f"start-up {seconds:.2f} s, {megabytes:.0f} MB"


def report() -> str:
    """Return the whole table; a short sentence where the cases are absent."""
    cases = load_cases(CORPORA / "utterances.dev.jsonl")
    if not cases:
        return "language: no cases beside the repository"
    plain = run(cases)
    times = sorted(ms for _, _, ms in plain * 1 + run(cases))
    lines = [_line("as written", plain)]
    changes: tuple[tuple[str, Change], ...] = (
        ("without blanks", without_blanks),
        ("one mistyped vowel", one_typo),
        ("digits as words", digits_as_words),
    )
    lines += [_line(name, run(cases, change)) for name, change in changes]
    lines += _by_question(plain)
    lines.append(_small_talk())
    p99 = times[int(len(times) * 0.99) - 1]
    lines.append(f"latency p50 {statistics.median(times):.2f} ms, p99 {p99:.2f} ms")
    lines.append(_start_up())
    lines.append(f"this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return "\n".join(lines)


if __name__ == "__main__":
    print(report())
