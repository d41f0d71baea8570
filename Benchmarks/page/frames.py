#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fluid a page of `synfin timeline --format html` is in a headless Chromium: `frames.py PAGE`.

Frames come each 16.7 ms at best. Each movement is made by events as a mouse makes them."""

import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "Tests/TimelineTests/HTML/browser"))
from browser import Browser  # noqa: E402

WATCH = """(() => { window.frames_ = []; let last = 0;
  const next = now => { if (last) frames_.push(now - last); last = now; requestAnimationFrame(next); };
  requestAnimationFrame(next); })()"""


def main():
    with Browser() as page:
        page.dark(False)
        page.open(sys.argv[1])
        loaded = page.run("performance.getEntriesByType('navigation')[0].loadEventEnd")
        print(f"loaded and drawn after {loaded:.0f} ms: {page.text('#path > span')}")
        time.sleep(2)
        page.run(WATCH)
        page.call("Performance.enable")
        x, y, width, height = page.box("#chart")
        for name, move in movements(page, x, y, width, height):
            measure(page, name, move)


def movements(page, x, y, width, height):
    def wheel(dy, at=x + width * 0.4, modifiers=0):
        def move():
            for _ in range(60):
                page.mouse("mouseWheel", at, y + height * 0.3, deltaX=0, deltaY=dy, modifiers=modifiers)
        return move

    def drag():
        page.mouse("mousePressed", x + width / 2, y + height / 2, button="left", clickCount=1)
        for step in range(90):
            page.mouse("mouseMoved", x + width / 2 + 150 * (step % 30 / 30 - 0.5), y + height / 2 + step % 20,
                       button="left", buttons=1)
        page.mouse("mouseReleased", x + width / 2, y + height / 2, button="left", clickCount=1)

    def hover():
        for step in range(60):
            page.mouse("mouseMoved", x + width * step / 60, y + height * (0.1 + 0.8 * (step % 7) / 7))

    return [
        ("zoom in", wheel(-60)), ("zoom out", wheel(60)), ("pan by wheel, all in view", wheel(40, modifiers=8)),
        ("zoom in a little", wheel(-8)), ("drag", drag), ("hover", hover), ("scroll rows", wheel(30, at=x - 100)),
    ]


def measure(page, name, move):
    def busy():
        return {each["name"]: each["value"] for each in page.call("Performance.getMetrics")["metrics"]}

    page.run("frames_.length = 0")
    before = busy()
    move()
    frames, after = sorted(page.run("frames_")), busy()
    print(f"{name:26} frames {len(frames)}, median {frames[len(frames) // 2]:.1f} ms,"
          f" p95 {frames[int(len(frames) * 0.95)]:.1f}, longest {frames[-1]:.1f};"
          f" main thread {1000 * (after['TaskDuration'] - before['TaskDuration']) / len(frames):.1f} ms each")


if __name__ == "__main__":
    main()
