"""Draws a flow as a Mermaid state diagram, from its declaration."""

from bot.dialogue.flow import Flow


def as_mermaid(flow: Flow) -> str:
    """Return the questions in order; a dashed way round marks one that does not always apply."""
    lines = ["flowchart TD", f'  start(["{flow.title}"])']
    last = "start"
    for number, ask in enumerate(flow.questions, 1):
        node = f"q{number}"
        lines.append(f'  {node}["{ask.key}<br>{ask.label}"]')
        lines.append(f"  {last} --> {node}")
        last = node
    if flow.confirm is not None:
        lines.append(f'  confirm{{"{flow.confirm.text}"}}')
        lines.append(f"  {last} --> confirm")
        lines.append(f"  confirm -- {flow.confirm.yes} --> done([끝])")
    else:
        lines.append(f"  {last} --> done([끝])")
    return "\n".join(lines)
