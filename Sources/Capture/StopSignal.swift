// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// SIGINT and SIGTERM, which stop a run in order: they wait until they are looked for.
public enum StopSignal {
  static func set() -> sigset_t {
    var set = sigset_t()
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGINT)
    unsafe sigaddset(&set, SIGTERM)
    return set
  }

  /// From here on they end nothing by themselves.
  public static func hold() {
    var set = set()
    unsafe sigprocmask(SIG_BLOCK, &set, nil)
  }

  public static var isPending: Bool {
    var pending = sigset_t()
    unsafe sigpending(&pending)
    return unsafe sigismember(&pending, SIGINT) == 1 || sigismember(&pending, SIGTERM) == 1
  }
}
