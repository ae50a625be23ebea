"""How well dates, times, numbers and money are understood, beside dateparser.

Reads the optional corpora next to the repository; without them the report says so. Run:
python -m tests.benchmarks.language_dates_eval
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from pathlib import Path

from dateparser.search import search_dates

from bot.nlu.dates import find, parse_datetime
from bot.nlu.money import parse_won_range
from bot.nlu.normalise import normalise
from bot.nlu.numbers import parse_number

REPOSITORY = Path(__file__).parents[2]
CORPORA = REPOSITORY.parent / "shared" / "corpora"
SET_ASIDE = REPOSITORY / "tests" / "language_dates" / "set_aside.tsv"
_NOW = datetime(2026, 11, 23, 10)  # noqa: DTZ001 -- Korean local time, as the parsers take it

# What tells a reader that a line of small talk is about time after all.
TIME_WORD = re.compile(
    r"\d\s?[시일월년분]|\d+/\d+|오늘|내일|모레|글피|어제|그제|그저께|이번|다음|지난|저번|담주|요일|욜|주말|평일|"
    r"아침|오전|오후|점심|저녁|밤|새벽|낮|정오|자정|시간|[한두세네섯곱덟홉열]\s?시|작년|내년|올해|금년|재작년|"
    r"이틀|사흘|나흘|며칠|하루|보름|열흘|일주일|매일|매주|매달|날마다|크리스마스|설날|추석|명절|연휴|새해|연말|연초|"
    r"[0-9한두세몇]\s?(?:주|달|년|개월|분|초)|지금|방금|월말|월초|기념일|데이|[일이삼사오육칠팔구십]월|후에|뒤에|전에"
)
Row = dict[str, object]
Answer = dict[str, str]
Reader = Callable[[str, datetime], Answer]


def corpus(name: str) -> list[dict[str, object]]:
    """Return the rows of one corpus."""
    lines = (CORPORA / name).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line]


def set_aside() -> dict[str, str]:
    """Return id -> reason of the golds that contradict the project's conventions."""
    lines = SET_ASIDE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return {identity: reason for identity, reason in pairs}  # noqa: C416 -- checks the columns


def is_right(kind: str, gold: dict[str, object], answer: Answer) -> bool:
    """Tell whether an answer names what the gold names.

    A point has to match in every part that its kind has. A stretch has to match at both ends;
    its end counts as named (15일, 11:00) and as the moment after it (16일, 11:01), because the
    corpora write both, and a stretch of times is compared by its times.
    """
    if "start" in gold or kind == "open":
        return _stretch_is_right(kind, gold, answer)
    allowed = gold.get("alts") or [" ".join(_parts(gold, kind))]
    got = " ".join(_parts({**answer}, kind))
    return isinstance(allowed, list) and got in allowed


def _parts(value: dict[str, object], kind: str) -> Iterable[str]:
    if kind != "time":
        yield str(value.get("date", ""))
    if kind in {"time", "datetime"}:
        yield str(value.get("time", ""))[:5]


def _stretch_is_right(kind: str, gold: dict[str, object], answer: Answer) -> bool:
    if kind == "open":
        return all(answer.get(name) == str(gold[name]) for name in ("start", "dir"))
    if "start" not in answer or "end" not in answer:
        return False
    start, ends = _plain(str(gold["start"])), _named_ends(str(gold["end"]))
    got = _plain(answer["start"]), _plain(answer["end"])
    if kind == "timerange" or "-" not in got[0]:
        return got[0][-8:] == start[-8:] and got[1][-8:] in {end[-8:] for end in ends}
    return got[0] == start and got[1] in ends


def _plain(value: str) -> str:
    return value.removesuffix("T00:00:00")


def _named_ends(value: str) -> set[str]:
    """Return an end and the end one unit earlier."""
    ends = {_plain(value)}
    if value.endswith("T00:00:00"):
        ends.add((datetime.fromisoformat(value) - timedelta(days=1)).date().isoformat())
    elif "T" in value and not value.endswith("59"):
        at = datetime.fromisoformat(value)
        ends |= {(at - step).isoformat() for step in (timedelta(minutes=1), timedelta(hours=1))}
    return ends


def by_dateparser(utterance: str, now: datetime) -> Answer:
    """Return what dateparser finds, the yardstick."""
    settings = {"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future"}
    found = search_dates(utterance, languages=["ko"], settings=settings)
    if not found:
        return {}
    moment = found[-1][1]
    return {"date": moment.date().isoformat(), "time": moment.strftime("%H:%M")}


def booking_rows() -> tuple[list[dict[str, object]], int]:
    """Return the rows that count, and how many were set aside."""
    aside = set_aside()
    rows = [row for row in corpus("datetime.dev.jsonl") if row["booking"] and not row["suspect"]]
    counted = [row for row in rows if row["id"] not in aside]
    return counted, len(rows) - len(counted)


def score(rows: list[dict[str, object]], read: Reader) -> tuple[Counter[str], Counter[str]]:
    """Return right answers and rows per source and kind."""
    right: Counter[str] = Counter()
    total: Counter[str] = Counter()
    for row in rows:
        key = f"{row['source']}/{row['kind']}"
        gold = row["gold"]
        now = datetime.fromisoformat(str(row["reference_time"])).replace(tzinfo=None)
        total[key] += 1
        if isinstance(gold, dict) and is_right(
            str(row["kind"]), gold, read(str(row["utterance"]), now)
        ):
            right[key] += 1
    return right, total


def summed(
    right: Counter[str], total: Counter[str], kinds: set[str], *, ours: bool
) -> tuple[int, int]:
    """Return right and all of some kinds, of Recognizers-Text (`ours` False) or Duckling."""
    keys = [key for key in total if key.split("/")[1] in kinds and key.startswith("duck") == ours]
    return sum(right[key] for key in keys), sum(total[key] for key in keys)


POINTS = {"date", "time", "datetime"}
RANGES = {"daterange", "timerange", "datetimerange", "open"}
TIME_RANGES = {"timerange", "datetimerange"}


def _share(pair: tuple[int, int]) -> str:
    return f"{pair[0]}/{pair[1]} ({100 * pair[0] / max(1, pair[1]):.1f} %)"


def booking_report() -> list[str]:
    """Return the lines about booking points and ranges."""
    rows, aside = booking_rows()
    right, total = score(rows, parse_datetime)
    other, _ = score(rows, by_dateparser)
    lines = [f"booking rows {len(rows)}, set aside {aside} (tests/language_dates/set_aside.tsv)"]
    lines += _nothing_set_aside()
    lines += [
        f"  {key:34} ours {_share((right[key], total[key])):18} dateparser {other[key]}"
        for key in sorted(total)
    ]
    for name, ours in (("Recognizers", False), ("Duckling", True)):
        for label, kinds in (("points", POINTS), ("ranges", RANGES), ("time ranges", TIME_RANGES)):
            lines.append(
                f"{name} {label}: ours {_share(summed(right, total, kinds, ours=ours))}, "
                f"dateparser {_share(summed(other, total, kinds, ours=ours))}"
            )
    return lines


def _nothing_set_aside() -> list[str]:
    """Return the figures with the golds that contradict our conventions counted as wrong."""
    rows = [row for row in corpus("datetime.dev.jsonl") if row["booking"] and not row["suspect"]]
    right, total = score(rows, parse_datetime)
    return [
        f"  counting those too, {name} {label}: {_share(summed(right, total, kinds, ours=ours))}"
        for name, ours in (("Recognizers", False), ("Duckling", True))
        for label, kinds in (("points", POINTS), ("ranges", RANGES))
    ]


def colloquial_report() -> list[str]:
    """Return the line about colloquial phrases."""
    rows = [row for row in corpus("colloquial_datetime.dev.jsonl") if row["type"] == "datetime"]
    right = [_exact(row, parse_datetime) for row in rows]
    other = [_exact(row, by_dateparser) for row in rows]
    return [
        (
            f"colloquial exact: ours {_share((sum(right), len(rows)))}, "
            f"dateparser {_share((sum(other), len(rows)))}"
        )
    ]


def _exact(row: dict[str, object], read: Reader) -> bool:
    answer = read(str(row["utterance"]), datetime.fromisoformat(str(row["reference_time"])))
    gold = row["value"]
    return isinstance(gold, dict) and all(answer.get(name) == gold[name] for name in gold)


def number_report() -> list[str]:
    """Return the lines about numerals and money."""
    numerals = corpus("numeral.dev.jsonl")
    right = sum(parse_number(str(row["utterance"])) == row["value"] for row in numerals)
    money = [row["value"] for row in corpus("money.dev.jsonl")]
    texts = [str(row["utterance"]) for row in corpus("money.dev.jsonl")]
    won = [
        parse_won_range(normalise(text).text) == _bounds(gold)
        for text, gold in zip(texts, money, strict=True)
        if isinstance(gold, dict) and gold["currency"] == "KRW"
    ]
    return [
        f"numerals: {_share((right, len(numerals)))}",
        f"money in won: {_share((sum(won), len(won)))}",
    ]


def _bounds(gold: dict[str, float]) -> tuple[float | None, float | None]:
    shapes = {
        "simple": (gold.get("value"), gold.get("value")),
        "between": (gold.get("from"), gold.get("to")),
        "above": (gold.get("value"), None),
        "under": (None, gold.get("value")),
    }
    return shapes[str(gold["kind"])]


def smalltalk_report() -> list[str]:
    """Return how often a date is seen in small talk without a time word, by us and dateparser."""
    lines = (CORPORA / "smalltalk.dev.txt").read_text(encoding="utf-8").splitlines()
    plain = [line for line in lines if not TIME_WORD.search(line)]
    false = [line for line in plain if find(normalise(line).text, _NOW)]
    asked = [line for line in plain if parse_datetime(line, _NOW)]
    sample = plain[::10]
    other = [line for line in sample if by_dateparser(line, _NOW)]
    share = 100 * len(false) / max(1, len(plain))
    return [
        (
            f"small talk: {len(plain)} of {len(lines)} lines without a time word; "
            f"false dates {len(false)} ({share:.3f} %), {len(asked)} when a date was asked for"
        ),
        *(f"  false: {line}" for line in false),
        f"  dateparser on every tenth: {_share((len(other), len(sample)))}",
    ]


def speed_report() -> list[str]:
    """Return the time per call over bookings, colloquial phrases and small talk."""
    texts = [str(row["utterance"]) for row in corpus("datetime.dev.jsonl")]
    texts += [str(row["utterance"]) for row in corpus("colloquial_datetime.dev.jsonl")]
    talk = (CORPORA / "smalltalk.dev.txt").read_text(encoding="utf-8").splitlines()
    return [
        _timed("time phrases, parse_datetime", texts, lambda text: parse_datetime(text, _NOW)),
        _timed("small talk, parse_datetime", talk, lambda text: parse_datetime(text, _NOW)),
        _timed("small talk, find", talk, lambda text: find(text, _NOW)),
    ]


def _timed(name: str, texts: list[str], run: Callable[[str], object]) -> str:
    spent: list[float] = []
    for text in texts:
        began = time.thread_time()
        run(text)
        spent.append(1e6 * (time.thread_time() - began))
    spent.sort()
    middle, high = spent[len(spent) // 2], spent[int(len(spent) * 0.99)]
    return f"{name}: CPU time p50 {middle:.0f} us, p99 {high:.0f} us, worst {spent[-1]:.0f} us"


def report() -> str:
    """Return the whole report as lines of text."""
    if not CORPORA.is_dir():
        return "the corpora are not here; nothing was measured"
    parts = (
        booking_report(), colloquial_report(), number_report(), smalltalk_report(), speed_report()
    )  # fmt: skip
    return "\n".join(line for part in parts for line in part)


if __name__ == "__main__":
    print(report())
