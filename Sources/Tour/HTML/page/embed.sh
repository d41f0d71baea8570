#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# embed.sh FILE: writes the page's style into a Swift file, as a string literal.
set -eu
cd "$(dirname "$0")"
{
	echo 'enum PageSource {'
	echo '  static let style = ###"""'
	cat ../../../Timeline/HTML/page/palette.css page.css
	echo '"""###'
	echo '}'
} > "$1"
