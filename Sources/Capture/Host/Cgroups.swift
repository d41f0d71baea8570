// SPDX-License-Identifier: Apache-2.0
internal import CBPF
internal import Glibc

/// Where cgroups are: their numbers in records as paths.
///
/// Of this host's, a path is asked for when a number is first seen, for later the cgroup may be gone.
public final class Cgroups {
  private var paths: [UInt64: String?] = [:]
  private var mount: (descriptor: CInt, point: String)?
  /// Whether it is known what there is; of this host it is looked for with the first path, for most views
  /// ask for none.
  private var isSought: Bool
  /// Numbers are not used again, so on a host that makes many, what is old can go.
  private static let most = 4096

  /// Knows what it is told.
  init() { isSought = true }

  init(ofThisHost: Void) { isSought = false }

  deinit { if let mount { close(mount.descriptor) } }

  /// The path below the mount of cgroup v2, such as `/system.slice/nginx.service`; `nil` where it has
  /// none any more, or this process may not ask (CAP_DAC_READ_SEARCH).
  public func path(of id: UInt64) -> String? {
    guard id != 0 else { return nil }
    if let known = paths[id] { return known }
    if !isSought { seek() }
    guard mount != nil else { return nil }
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

  /// Whether numbers have paths here: asked of the mount itself, whose number is its inode's.
  static func check(_ host: Host) -> Check {
    let name = "cgroup paths"
    let decides = "cgroup_path"
    guard let point = Host.mounts(of: "cgroup2").first?.point else {
      return Check(name, .no, "cgroup v2 is not mounted here", decides: decides)
    }
    var status = stat()
    guard unsafe stat(point, &status) == 0 else {
      return Check(name, .no, "\(point): \(SystemError.text(errno))", decides: decides)
    }
    if Cgroups(ofThisHost: ()).path(of: UInt64(status.st_ino)) != nil {
      return Check(name, .yes, "below \(point)", decides: decides)
    }
    let isAllowed = host.capabilities?.contains(.dacReadSearch) ?? true
    return Check(
      name, .no, isAllowed ? "refused at \(point)" : "no \(Capability.dacReadSearch.name)",
      decides: decides)
  }

  private func seek() {
    isSought = true
    guard let point = Host.mounts(of: "cgroup2").first?.point else { return }
    let descriptor = unsafe open(point, O_RDONLY | O_CLOEXEC)
    if descriptor >= 0 { mount = (descriptor, point) }
  }

  private func resolve(_ id: UInt64) -> String? {
    guard let mount else { return nil }
    let found = cbpf_open_cgroup(mount.descriptor, id)
    guard found >= 0 else { return nil }
    defer { close(found) }
    guard let whole = TextFile.link("/proc/self/fd/\(found)"), whole.hasPrefix(mount.point) else {
      return nil
    }
    let path = whole.dropFirst(mount.point.count)
    return path.isEmpty ? "/" : String(path)
  }
}
