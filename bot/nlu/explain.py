"""Say in words why a message was understood as it was: for operators and for writing stems."""

from bot.nlu.classifier import shipped
from bot.nlu.message import read_message
from bot.nlu.pii import mask
from bot.nlu.result import Context, Understanding
from bot.nlu.rules import match_rule
from bot.nlu.understand import understand

_LAYERS = {
    "pii": "personal data that must not be stored",
    "exact": "an exact table",
    "control": "a word of command",
    "slot": "the reader of the open question",
    "lexicon": "a stem of data/rules*.tsv",
    "classifier": "the trained classifier",
    "fuzzy": "a second look with one mistyped key forgiven",
    "none": "nothing",
}


def explain(text: str, context: Context) -> str:
    """Return a readable account: what was understood, by which layer, with the runner-up.

    Numbers that identify somebody are masked.
    """
    found = understand(text, context)
    lines = [
        f"message    {mask(text)}",
        f"question   {context.asked}",
        f"understood {_shown(found)}",
        f"decided by {_LAYERS[found.layer]} ({found.layer}), score {found.score:.2f}",
    ]
    if found.candidates:
        lines.append("offered    " + ", ".join(found.candidates))
    lines.append("runner-up  " + _runner_up(text, found))
    stem = _stem(text, context)
    if stem:
        lines.append("stem       " + stem)
    return "\n".join(lines)


def _shown(found: Understanding) -> str:
    """Return the flat result as key=value, masked."""
    result = found.as_result()
    return mask(", ".join(f"{key}={said}" for key, said in result.items())) or "nothing"


def _runner_up(text: str, found: Understanding) -> str:
    """Return the next best intent; the classifier is asked when no layer named one."""
    pair = found.runner_up
    if pair is None:
        others = [pair for pair in shipped().best(text) if pair[0] != found.intent]
        pair = others[0] if others else None
    return f"{pair[0]} {pair[1]:.2f}" if pair else "none"


def _stem(text: str, context: Context) -> str | None:
    """Return the pattern of the first stem that fits, shortened."""
    message = read_message(text)
    rule = match_rule(message.core, context.asked, message.text)
    if rule is None:
        return None
    pattern = " & ".join((*rule.every, *rule.spaced))
    return f"{rule.intent}: {pattern[:80]}{'…' if len(pattern) > 80 else ''}"  # noqa: PLR2004 - a line
