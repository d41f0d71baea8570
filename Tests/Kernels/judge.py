# SPDX-License-Identifier: Apache-2.0
"""Holds what a session left against what was made, against what the kernel can know, and against the
kernel's own words: tracefs's text of each transition, and the tables and counts of /proc."""

import collections
import json
import pathlib

# What is told of an end, in the order of the table of expectations.
FIELDS = ["open", "open_result", "close", "first_fin", "reset", "why", "ends_in", "via", "owner", "sent", "received"]
# How many ends may be unknown for no other reason than that the guest was slow.
SLOW = 8
TIME_WAIT, FIN_WAIT2 = "06", "05"


class Expectations:
    """expected.txt: by play and end, the words of the fullest tier, and what others have instead."""

    def __init__(self, path=pathlib.Path(__file__).parent / "expected.txt"):
        self.words = {}
        for line in pathlib.Path(path).read_text().splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            play, end, tier, *words = line.split()
            if len(words) != len(FIELDS):
                raise ValueError(f"expected.txt has {len(words)} words, not {len(FIELDS)}: {line}")
            self.words.setdefault((play, end), {})[tier] = words

    def ends(self, play):
        return [end for (name, end) in self.words if name == play]

    def of(self, play, end, tier, above):
        """The words of a tier; where a line has `=`, or is not there, those of the tier above it."""
        words = self.words[play, end].get(tier)
        if tier not in above:
            return words
        upper = self.of(play, end, above[tier], above)
        return upper if words is None else [u if w == "=" else w for u, w in zip(upper, words)]


class Session:
    """What one session left."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.pid, self.comm, self.plays = None, None, {}
        for deed in self.objects("deeds"):
            if "pid" in deed:
                self.pid, self.comm = deed["pid"], deed["comm"]
            elif "play" in deed:
                self.plays[deed["play"]] = deed
        self.by_port = {deed["port"]: name for name, deed in self.plays.items()}
        told = self.objects("trace.json")
        self.connections = [one for one in told if one["type"] == "connection"]
        self.transitions = [one for one in told if one["type"] == "transition"]
        self.lost = [one for one in told if one["type"] == "lost"]
        self.summary = next((one for one in told if one["type"] == "summary"), None)
        # Classic tracepoints share one guard against recursion with every other tool's programs (bpf_prog_active),
        # and have no second instance: a few records are lost, and counted.
        self.lost_count = self.summary["lost_transitions"] if self.summary else 0
        self.is_legacy = "the legacy object" in self.text("trace.err")
        self.is_short = self.is_legacy and self.lost_count > 0

    def text(self, name):
        path = self.folder / name
        return path.read_text(errors="replace") if path.exists() else ""

    def objects(self, name):
        return [json.loads(line) for line in self.text(name).splitlines() if line.startswith("{")]

    def told(self):
        """By play and end, how often which words were told."""
        counts = collections.defaultdict(collections.Counter)
        for one in self.connections:
            local, remote = port(one["local"]), port(one["remote"])
            end = "server" if local in self.by_port and local != remote else "client"
            name = self.by_port.get(local if end == "server" else remote)
            if name is None:
                counts[None, f"{local} {remote}"][one["close"]] += 1
                continue
            counts[name, end][tuple(self.words(one, self.plays[name]))] += 1
        return counts

    def words(self, one, deed):
        plain = {"sent": one["bytes_sent"], "received": one["bytes_received"], "owner": self.owner(one, deed)}
        return [word(plain[field] if field in plain else one[field]) for field in FIELDS]

    def owner(self, one, deed):
        """How the owner is known, with `!` before it where that is the wrong one."""
        owner = one["owner"]
        if owner is None:
            return None
        right = (self.pid, self.comm)
        if deed["acceptor"] is not None and port(one["local"]) == deed["port"]:
            right = (deed["acceptor"], "acceptor")
        return owner["from"] if (owner["pid"], owner["comm"]) == right else "!" + owner["from"]


def port(endpoint):
    return int(endpoint.rsplit(":", 1)[1])


def word(value):
    return "-" if value is None else str(value)


def judge(session, tier, above, expectations):
    """What is wrong with a session that followed all traffic, in sentences; none where nothing is."""
    wrong = []
    for name in ("status", "trace.status", "metrics.status"):
        if session.text(name).strip() != "0":
            wrong.append(f"{name} is {session.text(name).strip() or 'not there'}")
    if "done" not in session.text("deeds"):
        return wrong + ["the traffic did not come to its end: " + session.text("deeds.err")[-300:]]
    return (wrong + connections(session, tier, above, expectations) + transitions(session)
            + time_waits(session) + scraped(session) + losses(session))


def connections(session, tier, above, expectations):
    wrong, told = [], session.told()
    for (name, end), counts in told.items():
        if name is None:
            wrong.append(f"a connection that nobody made: {end}")
        elif end not in expectations.ends(name):
            wrong.append(f"{name} {end}: told of {sum(counts.values())}, and there is none")
    unsaid = 0
    for name, deed in session.plays.items():
        for end in expectations.ends(name):
            expected = tuple(expectations.of(name, end, tier, above))
            counts = told.get((name, end), collections.Counter())
            missing = deed["count"] - counts[expected]
            # Where the host let the guest wait, an ACK may have gone out by itself, and it was another close.
            if missing <= deed["late"] and deed["count"] == sum(counts.values()):
                continue
            is_whole = session.is_short or deed["count"] == sum(counts.values())
            if session.is_legacy and is_whole and right_so_far(expected, counts):
                unsaid += missing
                continue
            wrong.append(f"{name} {end}: {deed['count']} times {' '.join(expected)}; told were "
                         + (", ".join(f"{n} times {' '.join(w)}" for w, n in counts.items()) or "none"))
    # The legacy object knows a reset by what follows, for which it does not wait forever; a guest may be slow.
    if unsaid > SLOW and not session.is_short:
        wrong.append(f"{unsaid} ends are unknown that need not be")
    return wrong


def right_so_far(expected, counts):
    """Each word is right or unknown."""
    return all(mine in (word, "-", "unknown") for told in counts for word, mine in zip(expected, told))


def state(name):
    """RFC 9293's name of the kernel's."""
    return "CLOSED" if name == "CLOSE" else name


def transitions(session):
    """Each edge as often as tracefs has it, but for those of listeners."""
    kernel = collections.Counter()
    for line in session.text("oracle").splitlines():
        old, new, count = line.split()
        kernel[state(old), state(new)] = int(count)
    for edge in (("CLOSED", "LISTEN"), ("LISTEN", "CLOSED")):
        kernel.pop(edge, None)
    told = collections.Counter((one["from"], one["to"]) for one in session.transitions)
    wrong = [f"{old}>{new}: {kernel[old, new]} in tracefs, {told[old, new]} told"
             for old, new in sorted(set(kernel) | set(told)) if kernel[old, new] != told[old, new]]
    if session.is_short and all(kernel[edge] >= told[edge] for edge in told):
        missing = sum(kernel.values()) - sum(told.values())
        wrong = [] if missing == session.lost_count else wrong
    if not kernel:
        wrong.append("tracefs has no transitions")
    if "overrun: 0" not in session.text("oracle.stats"):
        wrong.append("tracefs's buffer was too small")
    return wrong


def time_waits(session):
    """Of each port as /proc/net/tcp has it, and the kernel's own number of all."""
    answer = session.objects("timewait.json")
    if not answer or not answer[0]["namespaces"]:
        return ["timewait told nothing: " + session.text("timewait.err")[-300:]]
    wrong, told = [], answer[0]["namespaces"][0]
    numbers = session.text("sockstat").split()
    in_all = int(numbers[numbers.index("tw") + 1]) if "tw" in numbers else None
    if told["time_wait"] + told["fin_wait2_mini"] != in_all or told["drift"] != 0:
        wrong.append(f"timewait: {told['time_wait']} + {told['fin_wait2_mini']}, drift {told['drift']}; kernel {in_all}")
    kernel = collections.Counter()
    for line in session.text("tables").splitlines():
        fields = line.split()
        # A mini socket's timer is of kind 3 (get_timewait4_sock).
        if fields[3:4] in ([TIME_WAIT], [FIN_WAIT2]) and fields[5].startswith("03:"):
            kernel[fields[3], int(fields[1][-4:], 16)] += 1
    mine = collections.Counter()
    for row in told["ports"]:
        mine[TIME_WAIT, row["local_port"]] += row["time_wait"]
        mine[FIN_WAIT2, row["local_port"]] += row["fin_wait2_mini"]
    if +mine != kernel:
        wrong.append(f"timewait by port: {dict(+mine - kernel)} too many, {dict(kernel - +mine)} missing")
    return wrong


def scraped(session):
    """What was opened, by port, as the daemon counts it."""
    answer = session.objects("metrics.json")
    if not answer:
        return ["metrics told nothing: " + session.text("metrics.err")[-300:]]
    family = next((one for one in answer[0]["metrics"] if one["name"] == "synfin_connections_opened_total"), None)
    opened = {(s["labels"]["role"], s["labels"]["port"]): s["value"] for s in (family or {"samples": []})["samples"]}
    wrong = []
    for name, deed in session.plays.items():
        if name in ("existing", "self", "refused", "connect_aborted", "connect_timeout"):
            continue
        for role in ("client", "server"):
            found = opened.get((role, str(deed["port"])))
            if found != deed["count"] and not session.is_short:
                wrong.append(f"metrics: {name} {role}: {found} opened, not {deed['count']}")
    return wrong


def losses(session):
    if session.summary is None:
        return ["no summary: " + session.text("trace.err")[-300:]]
    wrong = []
    if not session.is_short and (session.lost or any(session.summary["lost"].values())):
        wrong.append(f"lost: {session.summary['lost']}")
    if session.summary["transitions"] != len(session.transitions):
        wrong.append(f"{session.summary['transitions']} transitions in the summary, {len(session.transitions)} told")
    return wrong
