// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// Where cgroups are: their numbers in records as paths.
///
/// Of this host's, a path is asked for when a number is first seen, for later the cgroup may be gone.
public final class Cgroups {
  private var paths: [UInt64: String?] = [:]
  private let mount: CInt
  private let mountPoint: String
  /// Numbers are not used again, so on a host that makes many, what is old can go.
  private static let most = 4096

  /// Knows what it is told.
  init() {
    mount = -1
    mountPoint = ""
  }

  init(ofThisHost: Void) {
    mountPoint = Host.mountPoint(of: "cgroup2") ?? ""
    mount = mountPoint.isEmpty ? -1 : unsafe open(mountPoint, O_RDONLY | O_CLOEXEC)
  }

  deinit { if mount >= 0 { close(mount) } }

  /// The path below the mount of cgroup v2, such as `/system.slice/nginx.service`; `nil` where it has
  /// none any more, or this process may not ask (CAP_DAC_READ_SEARCH).
  public func path(of id: UInt64) -> String? {
    guard id != 0 else { return nil }
    if let known = paths[id] { return known }
    guard mount >= 0 else { return nil }
    if paths.count >= Self.most { paths.removeAll() }
    let path = resolve(id)
    paths[id] = .some(path)
    return path
  }

  /// Takes in what a recording tells.
  func learn(_ path: String, of id: UInt64) {
    if paths.count >= Self.most { paths.removeAll() }
    paths[id] = .some(path)
  }

  private func resolve(_ id: UInt64) -> String? {
    let found = cbpf_open_cgroup(mount, id)
    guard found >= 0 else { return nil }
    defer { close(found) }
    guard let whole = TextFile.link("/proc/self/fd/\(found)"), whole.hasPrefix(mountPoint) else {
      return nil
    }
    let path = whole.dropFirst(mountPoint.count)
    return path.isEmpty ? "/" : String(path)
  }
}
