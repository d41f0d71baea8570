// SPDX-License-Identifier: Apache-2.0
internal import CBPF

/// What the process has of the host's memory and does not use.
enum Memory {
  /// Gives it back. To load programs, libbpf reads all of the kernel's types, some 20 MB, and what lives
  /// longer comes to lie behind it: glibc by itself gives back only what is free at the end.
  static func giveBack() { _ = malloc_trim(0) }
}
