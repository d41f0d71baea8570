/* SPDX-License-Identifier: Apache-2.0 */
#include "CPage.h"

static const unsigned char html[] = {
#embed "page/page.html"
};

static const unsigned char style[] = {
#embed "page/page.css"
};

/* One script of many files, in the order in which they need one another. */
static const unsigned char script[] = {
#embed "page/begin.js"
	,
#embed "page/recording.js"
	,
#embed "page/words.js"
	,
#embed "page/bars.js"
	,
#embed "page/place.js"
	,
#embed "page/rows.js"
	,
#embed "page/colours.js"
	,
#embed "page/density.js"
	,
#embed "page/histogram.js"
	,
#embed "page/marks.js"
	,
#embed "page/axis.js"
	,
#embed "page/chart.js"
	,
#embed "page/overview.js"
	,
#embed "page/labels.js"
	,
#embed "page/search.js"
	,
#embed "page/fields.js"
	,
#embed "page/story.js"
	,
#embed "page/head.js"
	,
#embed "page/tip.js"
	,
#embed "page/pointer.js"
	,
#embed "page/keys.js"
	,
#embed "page/main.js"
	,
#embed "page/end.js"
};

const void *cpage_html(size_t *size)
{
	*size = sizeof(html);
	return html;
}

const void *cpage_style(size_t *size)
{
	*size = sizeof(style);
	return style;
}

const void *cpage_script(size_t *size)
{
	*size = sizeof(script);
	return script;
}
