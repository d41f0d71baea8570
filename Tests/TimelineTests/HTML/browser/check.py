#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What a reader does with the page, and must see: `check.py NAME FOLDER`, a function for each name."""

import json
import sys

import browser as chromium
from browser import Browser, Failed


def expect(is_so, what):
    if not is_so:
        raise Failed(what)


def equal(found, wanted, what):
    expect(found == wanted, f"{what}: {found!r}, not {wanted!r}")


def rows(page):
    """The rows that can be seen, as their texts."""
    return page.run(
        "[...document.querySelectorAll('#labels > div')].filter(row => !row.hidden)"
        ".map(row => [row.firstChild.textContent, row.lastChild.textContent])")


def selected(page):
    return page.run("document.querySelector('#labels .selected')?.firstChild.textContent ?? null")


def trail(page):
    return page.run("[...document.querySelectorAll('#path button')].map(step => step.textContent)")


def to_first_remote(page):
    """All processes > the first > the first remote with several connections."""
    page.key("Enter")
    page.key("Enter")


def stories(page, expected):
    """Each connection has all that `trace --json` tells of it, and the panel shows it."""
    wanted = {line["id"]: line for line in expected["lines"]}
    equal(sorted(page.run("synfin.ids")), sorted(wanted), "ids")
    waits = {wait["id"]: wait for wait in expected["waits"]}
    expect(waits, "TIME_WAITs that are over")
    for number in wanted:
        equal(json.loads(page.run(f"JSON.stringify(synfin.timeWait({number}))")), waits.get(number),
              f"the TIME_WAIT of {number}")
    for number, line in wanted.items():
        found = json.loads(page.run(f"JSON.stringify(synfin.connection({number}))"))
        if found != line:
            different = [key for key in line if found.get(key, "missing") != line[key]]
            raise Failed(f"connection {number}: {different}: {found} and not {line}")
    line = next(line for line in expected["lines"] if line["open_result"] == "refused")
    page.run(f"location.hash = '#connection={line['id']}'")
    page.settle()
    story = page.text("#story")
    for word in (f"#{line['id']}", line["local"], line["remote"], "refused", "SYN_SENT", "ECONNREFUSED",
                 f"{line['owner']['comm']} {line['owner']['pid']}", "uid", "netns"):
        expect(word in story, f"{word} in the story: {story}")
    unknown = next(line for line in expected["lines"] if line["owner"] is None and line["closed_us"] is None)
    page.run(f"location.hash = '#connection={unknown['id']}'")
    page.settle()
    expect("owner unknown" in page.text("#story"), "nobody's is nobody's")
    existing = next(line for line in expected["lines"] if line["open"] == "existing")
    page.run(f"location.hash = '#connection={existing['id']}'")
    page.settle()
    for words in ("there before the tracer", "and goes on"):
        expect(words in page.text("#story"), f"{words}: {page.text('#story')}")


def drill(page, expected):
    """Process, remote, connection and back; and the counts of each add up."""
    page.size(1280, 1600)
    page.settle()
    expect("owner unknown" in [name for name, _ in rows(page)], f"a track of nobody's in {rows(page)}")
    heads = page.run(
        "[...document.querySelectorAll('#labels > .track:not([hidden]) .more')].map(e => e.textContent)")
    total = sum(int(text.split(" · ")[0].replace(",", "")) for text in heads)
    equal(total, expected["count"], "connections of all processes")
    process = selected(page)
    page.key("Enter")
    equal(trail(page), ["All processes", process], "the path in a process")
    remote = selected(page)
    page.key("Enter")
    equal(trail(page), ["All processes", process, remote], "the path in a remote")
    connection = selected(page).split()[0]
    page.key("Enter")
    equal(trail(page)[-1], connection, "the path at a connection")
    expect(any(name == "ESTABLISHED" for name, _ in rows(page)), f"states as rows: {rows(page)}")
    expect(f"connection={connection[1:]}" in page.run("location.hash"), "the hash names it")
    for depth, key in ((3, "Escape"), (2, "Backspace"), (1, "Escape"), (1, "Escape")):
        page.key(key)
        equal(len(trail(page)), depth, f"after {key}")
    equal(selected(page), process, "what was left is selected")
    x, y, width, height = page.box("#labels > div:nth-child(2)")
    page.click(x + width / 2, y + height / 2)
    expect(len(trail(page)) > 1, "a click opens a remote")


def search(page, expected):
    page.key("/")
    equal(page.run("document.activeElement.id"), "search", "/ goes to the search")
    page.type("refused")
    refused = sum(line["open_result"] == "refused" for line in expected["lines"])
    page.wait(f"document.getElementById('found').textContent === '{refused} matches'")
    page.key("Enter")
    first = selected(page)
    expect(first is not None and "refused" in page.text("#story"), "Enter goes to the first match")
    page.key("n")
    second = selected(page)
    page.key("N")
    equal(selected(page), first, "N goes back")
    expect(first != second, "n goes on")
    page.key("Escape")
    equal(page.text("#found"), "", "Escape ends the search")
    for text, fits in (
        ("10.0.0.10:6379", lambda line: line["remote"] == "10.0.0.10:6379"),
        (":8080", lambda line: ":8080" in line["local"] + line["remote"]),
        ("worker 1202", lambda line: (line["owner"] or {}).get("comm") == "worker"),
        ("owner unknown", lambda line: line["owner"] is None),
        ("2001:db8", lambda line: "2001:db8" in line["remote"]),
        ("reset peer", lambda line: line["close"] == "reset_received"),
        ("nothing-is-called-this", lambda line: False),
    ):
        count = sum(map(fits, expected["lines"]))
        page.run(f"(input => {{ input.value = {json.dumps(text)};"
                 " input.dispatchEvent(new Event('input')) })(document.getElementById('search'))")
        wanted = "no match" if count == 0 else f"{count} match" + ("es" if count > 1 else "")
        page.wait(f"document.getElementById('found').textContent === {json.dumps(wanted)}")


def span(page):
    return page.run("document.getElementById('window').getBoundingClientRect().width")


def keys(page, expected):
    before = selected(page)
    page.key("ArrowDown")
    expect(selected(page) != before, "down")
    page.key("ArrowUp")
    equal(selected(page), before, "up")
    page.key("End")
    last = selected(page)
    page.key("Home")
    expect(last != before and selected(page) == before, "End and Home")
    whole = span(page)
    for _ in range(4):
        page.key("+")
    expect(span(page) < whole / 2, "+ zooms in")
    left = page.box("#window")[0]
    page.key("ArrowRight")
    expect(page.box("#window")[0] > left, "right goes later")
    page.key("ArrowLeft")
    page.key("-")
    page.key("0")
    equal(span(page), whole, "0 fits the whole")
    page.key("?")
    expect(page.run("document.getElementById('keys').open"), "? shows the keys")
    page.key("Escape")
    expect(not page.run("document.getElementById('keys').open"), "Escape closes them")
    page.key("/")
    page.type("refused")
    page.key("Enter")
    page.key("s")
    expect(span(page) < whole / 4, "s goes to a connection's time")


def pointer(page, expected):
    to_first_remote(page)
    x, y, width, height = page.box("#chart")
    page.move(x + width / 2, y + 11)
    first = page.text("#story")
    expect("connection #" in first and "Payload" in first, f"hovering shows the story: {first}")
    expect("visible" == page.run("getComputedStyle(document.getElementById('tip')).visibility"), "and a tip")
    page.move(x + width / 2, y + 33)
    expect(page.text("#story") != first, "of what is pointed at")
    whole = span(page)
    for _ in range(5):
        page.wheel(x + width / 4, y + 50, -120)
    narrow = span(page)
    expect(narrow < whole / 2, "the wheel zooms")
    left = page.box("#window")[0]
    page.wheel(x + width / 4, y + 50, 120, modifiers=8)
    expect(page.box("#window")[0] > left and abs(span(page) - narrow) < 3, "shift-wheel moves")
    left = page.box("#window")[0]
    page.mouse("mousePressed", x + 100, y + 60, button="left", clickCount=1)
    for step in range(1, 6):
        page.mouse("mouseMoved", x + 100 + 40 * step, y + 60, button="left", buttons=1)
    page.mouse("mouseReleased", x + 300, y + 60, button="left", clickCount=1)
    page.settle()
    expect(page.box("#window")[0] < left, "a drag moves")
    equal(len(trail(page)), 3, "and opens nothing")
    page.click(x + width / 2, y + 33)
    page.click(x + width / 2, y + 33)
    equal(len(trail(page)), 4, "a second click opens a connection")


def overview(page, expected):
    x, y, width, height = page.box("#overview")
    page.mouse("mousePressed", x + width * 0.25, y + 20, button="left", clickCount=1)
    page.mouse("mouseMoved", x + width * 0.5, y + 20, button="left", buttons=1)
    page.mouse("mouseReleased", x + width * 0.5, y + 20, button="left", clickCount=1)
    page.settle()
    box = page.box("#window")
    expect(abs(box[0] - x - width * 0.25) < 4 and abs(box[2] - width * 0.25) < 4, f"chosen: {box}")
    expect("time=" in page.run("new Promise(done => setTimeout(() => done(location.hash), 400))"),
           "the hash keeps the time")


def place(page, expected):
    """What the hash says is gone to, and nonsense in it does no harm."""
    to_first_remote(page)
    here, name = page.run("location.hash"), trail(page)
    page.key("Escape")
    page.run("history.back()")
    page.wait("document.querySelectorAll('#path button').length === 3")
    equal(trail(page), name, "the browser's Back")
    for nonsense in ("process=99999", "process=-1&remote=x", "connection=1e9", "time=9,1", "time=a",
                     "search=%E0%A4%A", "process=__proto__", "remote=constructor", "&&&==="):
        page.run(f"location.hash = {json.dumps('#' + nonsense)}")
        page.settle()
        equal(len(trail(page)), 1, nonsense)
    page.run(f"location.hash = {json.dumps(here)}")
    page.settle()
    equal(trail(page), name, "a hash is a place")


def themes(page, expected):
    def ground():
        return page.run("getComputedStyle(document.body).backgroundColor")

    light = ground()
    page.dark(True)
    dark = ground()
    expect(light != dark, "dark where the system is")
    page.key("t")
    equal(page.run("document.documentElement.dataset.theme"), "light", "the key")
    equal(ground(), light, "light though the system is dark")
    page.key("t")
    page.dark(False)
    equal(ground(), dark, "dark though the system is light")
    pixel = page.run(
        "(() => { const canvas = document.querySelector('#chart canvas');"
        " return [...canvas.getContext('2d').getImageData(canvas.width - 2, canvas.height - 2, 1, 1).data] })()")
    expect(sum(pixel[:3]) < 3 * 80, f"the chart as well: {pixel}")


def narrow(page, expected):
    page.size(700, 800)
    page.settle()
    chart, story = page.box("#chart"), page.box("#story")
    expect(story[1] >= chart[1] + chart[3] - 1, "the story is below the chart")
    expect(chart[2] > 300 and chart[3] > 150, f"and the chart has room: {chart}")
    expect(page.run("document.documentElement.scrollWidth <= 700"), "nothing sticks out")


def accessible(page, expected):
    equal(page.run("document.activeElement.id"), "labels", "the rows have the focus")
    active = page.run("document.getElementById(document.getElementById('labels')"
                      ".getAttribute('aria-activedescendant')).getAttribute('aria-selected')")
    equal(active, "true", "the active row is the selected one")
    expect(page.text("#spoken") != "", "it is spoken of")
    seen = []
    for _ in range(20):
        page.key("Tab")
        seen.append(page.run("document.activeElement.id || document.activeElement.tagName"))
    for stop in ("search", "theme", "help", "story", "labels"):
        expect(stop in seen, f"Tab reaches {stop}: {seen}")
    unnamed = page.run(
        "[...document.querySelectorAll('button, input, [role=listbox], nav, aside, dialog')].filter(e =>"
        " !(e.textContent.trim() || e.getAttribute('aria-label'))).map(e => e.outerHTML)")
    equal(unnamed, [], "everything has a name")


def hostile(page, expected):
    for key in ("Enter", "Enter", "Enter", "Escape", "Escape", "Escape"):
        page.key(key)
    equal(page.run("document.querySelectorAll('b, img, i').length - document.querySelectorAll('.who b').length"),
          0, "no element came of a name")
    expect("</title><i>" in page.text("header"), "the host's name is as it is")
    texts = " ".join(name for name, _ in rows(page))
    for name in ("</script><b>", "<img src=x>", "\"'&amp;\\"):
        expect(name in texts, f"{name} in {texts}")


def missing(page, expected):
    told = page.text("#notices")
    for words in ("7 records were lost (ring 7)", "10 connections are not drawn"):
        expect(words in told, f"{words}: {told}")


def empty(page, expected):
    expect("No connection was seen" in page.text("#story"), page.text("#story"))
    for key in ("Enter", "ArrowDown", "+", "f", "Escape", "n"):
        page.key(key)


def many(page, expected):
    """50 000: rows that stand for many, whose numbers add up; nothing is left out."""
    heads = page.run(
        "[...document.querySelectorAll('#labels > .track .more')].map(e => e.textContent)")
    expect(heads, "tracks")
    aggregated = [more for name, more in rows(page) if name[:1] in "→←+" and " · " in more]
    expect(aggregated, f"aggregated rows with what failed in them: {rows(page)}")
    page.key("Enter")
    counts = [int(more.split(" · ")[0].replace(",", "")) for _, more in rows(page)]
    first = int(page.text("#path > span").split()[0].replace(",", ""))
    equal(sum(counts), first, "the remotes of a process have all of its connections")
    expect(max(counts) > 1000, f"some row stands for very many: {counts}")
    x, y, width, height = page.box("#chart")
    for dy in (-300, -300, -300, 200, 300):
        page.wheel(x + width / 3, y + 60, dy)
    page.key("Enter")
    page.key("End")
    page.key("PageUp")
    expect(len(rows(page)) < 60, "only the rows that are seen are there")
    page.key("/")
    page.type("timeout")
    page.key("Enter")
    page.key("n")
    expect("timeout" in page.text("#story"), "found among all")


def main():
    if sys.argv[1] == "there":
        sys.exit(0 if chromium.find() else 77)
    name, folder = sys.argv[1:]
    with open(folder + "/expected.json", encoding="utf-8") as file:
        expected = json.load(file)
    told = expected["lines"]
    expected["lines"] = [line for line in told if line["type"] == "connection"]
    expected["waits"] = [line for line in told if line["type"] == "time_wait"]
    with Browser() as page:
        page.dark(False)
        page.open(folder + "/page.html")
        try:
            globals()[name](page, expected)
        except Failed as failure:
            sys.exit(f"{name}: {failure}\n{page.errors}")
        equal(page.errors, [], "errors of the page")
        others = [url for url in page.requested if not url.split("#")[0].endswith("/page.html")]
        equal(others, [], "nothing is loaded but the page")


if __name__ == "__main__":
    main()
