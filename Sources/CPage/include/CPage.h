/* SPDX-License-Identifier: Apache-2.0 */
/* The page of `synfin timeline --format html`, as its files in page/ were when this was compiled. */
#ifndef CPAGE_H
#define CPAGE_H

#include <stddef.h>

/* With {{nonce}}, {{style}}, {{recording}} and {{script}} where those belong. */
const void *_Nonnull cpage_html(size_t *_Nonnull size);
const void *_Nonnull cpage_style(size_t *_Nonnull size);
const void *_Nonnull cpage_script(size_t *_Nonnull size);

#endif
