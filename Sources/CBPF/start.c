// SPDX-License-Identifier: Apache-2.0
#include <string.h>
#include <unistd.h>

/*
 * Swift's runtime asks /proc where its program is, before anything else runs, and aborts where it cannot be told:
 * this comes before it, and says so in a sentence. 69 is EX_UNAVAILABLE, a host that cannot do it.
 */
__attribute__((constructor(101))) static void need_proc(void)
{
	static const char sentence[] = "synfin: /proc is not mounted here, and nothing can be told without it\n";
	char path[1];

	if (readlink("/proc/self/exe", path, sizeof(path)) >= 0)
		return;
	if (write(STDERR_FILENO, sentence, strlen(sentence)) < 0)
		_exit(1);
	_exit(69);
}
