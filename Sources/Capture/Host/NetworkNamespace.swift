// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// How a network namespace is named: by the inode number that records carry.
public enum NetworkNamespace {
  /// The inode number of the namespace that a path leads to, such as `/run/netns/web`; `nil` where it
  /// leads to none.
  public static func inode(at path: String) -> UInt32? {
    var status = stat()
    guard unsafe cbpf_is_namespace(path), unsafe stat(path, &status) == 0 else { return nil }
    return UInt32(truncatingIfNeeded: status.st_ino)
  }
}
