// SPDX-License-Identifier: Apache-2.0
#include "CBPF.h"

#include <stdarg.h>
#include <stdio.h>

/* A verifier's log can be long; its end, where the reason stands, is what libbpf itself keeps. */
static char text[1 << 20];
static size_t used;

static int keep(enum libbpf_print_level level, const char *format, va_list arguments)
{
	int length = vsnprintf(text + used, sizeof(text) - used, format, arguments);

	(void)level;
	if (length > 0) {
		used += (size_t)length;
		if (used >= sizeof(text))
			used = sizeof(text) - 1;
	}
	return length;
}

void cbpf_log_begin(void)
{
	used = 0;
	text[0] = '\0';
	libbpf_set_print(keep);
}

const char *cbpf_log_text(void)
{
	return text;
}
