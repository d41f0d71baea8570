#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed.sh FILE: writes the page's files into a Swift file, as string literals.
set -eu
cd "$(dirname "$0")"
{
	echo 'enum PageSource {'
	echo '  static let html = ###"""'
	cat page.html
	echo '"""###'
	echo '  static let style = ###"""'
	cat palette.css page.css
	echo '"""###'
	# One script of many files, in the order in which they need one another.
	echo '  static let script = ###"""'
	cat begin.js recording.js words.js bars.js place.js rows.js colours.js density.js histogram.js \
		marks.js axis.js chart.js overview.js labels.js search.js fields.js story.js head.js tip.js \
		pointer.js keys.js main.js end.js
	echo '"""###'
	echo '}'
} > "$1"
