# SPDX-License-Identifier: Apache-2.0
"""The tables of docs/compatibility.md, made of what sessions left: what is between `<!-- matrix: NAME -->` and
`<!-- end -->` is written by this, all else by hand."""

import re

import judge
import rights as rights_rows
import rows

MARKED = re.compile(r"(<!-- matrix: (\w+) -->\n).*?(<!-- end -->)", re.S)


def written(text, results):
    """The page with its tables as these results have them."""
    tables = {"versions": versions, "kernels": kernels, "words": words, "rights": rights}
    return MARKED.sub(lambda found: found[1] + tables[found[2]](results) + found[3], text)


def differences(text, results):
    """Where the page is not what the matrix prints; of the versions, which get newer by themselves, nothing."""
    now = {found[2]: found[0] for found in MARKED.finditer(written(text, results))}
    then = {found[2]: found[0] for found in MARKED.finditer(text)}
    lines = []
    for name in now:
        if name == "versions":
            continue
        for line in now[name].splitlines():
            if line not in then[name]:
                lines.append(f"{name}: the matrix prints {line}")
        for line in then[name].splitlines():
            if line not in now[name]:
                lines.append(f"{name}: the page has {line}")
    return lines


def versions(results):
    """Which kernels these were."""
    packages = {role: result.kernel.package.split() for role in rows.KERNELS
                for result in results if result.row.kernel == role}
    lines = [f"* {role}: {name.split('-', 2)[2]}, of Debian's {version}" for role, (name, version) in packages.items()]
    return "\n".join(lines) + "\n"


def table(header, body):
    lines = [header, ["---"] * len(header)] + body
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def ordered(results, judgement):
    order = list(rows.ROWS)
    return sorted((one for one in results if one.row.judge is judgement), key=lambda one: order.index(one.row))


def kernels(results):
    """What each kernel was asked with, by trace -v itself, and whether every end was told."""
    body = []
    for result in ordered(results, rows.follows):
        log = result.session.text("trace.err")
        taken = re.search(r"the (\S+) object, (\S+) \((\S+)\), a (\w+) buffer", log)
        accepts = re.search(r"^synfin: who accepts: (.*)$", log, re.M)
        beside = re.search(r"^synfin: attached \((.*)\)", log, re.M)
        ends = sum(sum(counts.values()) for counts in result.session.told().values())
        body.append([
            result.row.kernel, result.row.session, f"{taken[1]}, {taken[4]} buffer" if taken else "",
            f"`{taken[2]}`, {taken[3]}" if taken else "", beside[1].partition(", ")[2] if beside else "",
            accepts[1] if accepts else "", f"{ends} of {made(result.session)}"])
    return table(["kernel", "session", "object", "transitions", "beside them", "who accepts", "ends"], body)


def made(session):
    """How many ends were made, by what made them."""
    expectations = judge.Expectations()
    return sum(deed["count"] * len(expectations.ends(name)) for name, deed in session.plays.items())


def words(results):
    """What each tier makes of the same connection; tiers that say the same stand together."""
    keys = list(judge.Expectations().words)
    followed = ordered(results, rows.follows)
    columns = {}
    for tier in ("full", "core", "external", "legacy", "legacy-tcp"):
        # Where a record was lost some are unknown that need not be.
        told = [one for one in followed if one.row.tier == tier]
        told = [one for one in told if not one.session.is_short] or told
        if not told:
            continue
        cells = tuple(cell(told[0].session.told().get(key)) for key in keys)
        columns.setdefault(cells, []).append((tier, [one.row.kernel for one in followed if one.row.tier == tier]))
    header = ["connection", "end"]
    for tiers in columns.values():
        header.append("; ".join(f"`{tier}`: {', '.join(r for r in rows.KERNELS if r in roles)}" for tier, roles in tiers))
    body = [[f"`{name}`", end] + [cells[n] for cells in columns] for n, (name, end) in enumerate(keys)]
    return table(header, body)


def cell(counts):
    """The words of an end as one reads them."""
    if not counts:
        return ""
    end = dict(zip(judge.FIELDS, counts.most_common(1)[0][0]))
    result = end["open_result"] if end["open_result"] != "established" else end["close"]
    parts = ["still open" if result == "-" else f"**{result}**"]
    parts += [end[name] for name in ("first_fin", "why") if end[name] != "-"]
    if result not in ("half", "-"):
        parts.append(end["ends_in"] if end["ends_in"] not in ("-", "CLOSED") else "")
    return " ".join(part for part in parts if part) + ("" if end["owner"] == "-" else f"; {end['owner']}")


def rights(results):
    """What is degraded with less rights."""
    return rights_rows.table(results)
