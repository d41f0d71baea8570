#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tour.sh TEXT VERSION KERNEL DATE: the output of synfin tour as a page: what is told in sentences becomes prose,
# and what was measured stays as it was printed.
set -eu
cat <<PAGE
# Six questions about TCP, answered by a kernel

\`synfin tour\` makes each of these cases happen, traces it like any other connection, and holds what is
explained against what the kernel did. This page is the output of one run, made by \`make tour-page\`: synfin $2,
Linux $3, $4. On your host the numbers are your own kernel's; where it contradicts an explanation,
it says so. [What the lines mean](reading-the-output.md#the-tour).

\`\`\`
synfin tour                     # all six questions, in some 15 seconds
synfin tour 3                   # one of them
synfin tour --html tour.html    # the same as a page to give away
synfin tour --json              # all of the evidence
\`\`\`

PAGE
awk '
	function close_fence() { if (fence) { print "```\n"; fence = 0; blank = 0 } }
	function open_fence() { if (!fence) { print "```"; fence = 1; blank = 0 } }
	# What stands at the margin is a heading; sentences follow it, up to an empty line.
	/^=+$/ { next }
	/^[0-9]\. / { close_fence(); print "## " $0 "\n"; sentences = 0; next }
	/^In short$/ { close_fence(); print "**In short.**"; sentences = 1; next }
	/^(All in all|CONTRADICTION|  CONTRADICTION)/ { close_fence(); print; next }
	/^[^ ]/ { close_fence(); print "### " $0 "\n"; sentences = 1; next }
	/^$/ { if (sentences == 2) { print ""; sentences = 0 } else if (fence) { blank++ } next }
	sentences { sub(/^  /, ""); print; sentences = 2; next }
	/^  [0-9]+ claims? borne out/ { sub(/^  /, ""); close_fence(); print $0 ".\n"; next }
	{ open_fence(); while (blank > 0) { print ""; blank-- } print }
	END { close_fence() }
' "$1"
