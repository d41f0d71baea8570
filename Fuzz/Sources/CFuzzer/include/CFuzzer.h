/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CFUZZER_H
#define CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/* libFuzzer's, for a program that has a main of its own, as SwiftPM gives every program. */
int LLVMFuzzerRunDriver(
	int *_Nonnull argc, char *_Nullable *_Nullable *_Nonnull argv,
	int (*_Nonnull body)(const uint8_t *_Nullable bytes, size_t size));

#endif
