/* SPDX-License-Identifier: Apache-2.0 */
#include <zlib.h>

#include "CBPF.h"

unsigned int cbpf_crc32(const void *bytes, size_t size)
{
	return bytes ? crc32_z(0, bytes, size) : 0;
}
