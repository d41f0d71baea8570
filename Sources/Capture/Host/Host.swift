// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// What this host is and allows, as far as files and system calls tell. A `nil` is an "unknown".
public struct Host: Sendable {
  /// `uname -n`.
  public var name = "unknown"
  /// `uname -r`.
  public var release: String
  public var architecture: String
  /// The errno of reading the kernel's BTF; 0 where it can be read.
  public var btfError: CInt
  public var effectiveUser: UInt32
  public var capabilities: Capabilities?
  /// The active mode of the lockdown module: `none`, `integrity` or `confidentiality`.
  public var lockdown: String?
  /// `RLIMIT_MEMLOCK` in bytes; `.max` for no limit. It counts before Linux 5.11 only.
  public var memoryLock: UInt64
  public var isInitialPIDNamespace: Bool?
  public var isInitialUserNamespace: Bool?
  public var networkNamespace: UInt32?

  /// `PROC_PID_INIT_INO`, `PROC_USER_INIT_INO` (`include/uapi/linux/nsfs.h`).
  private static let initialPIDNamespace: UInt32 = 0xEFFF_FFFC
  private static let initialUserNamespace: UInt32 = 0xEFFF_FFFD
  public static let btfPath = "/sys/kernel/btf/vmlinux"

  /// Ring buffer: 5.8; `bpf_skc_to_tcp_sock`: 5.9; and 5.10 is the oldest it has been run on.
  static let oldest = (major: 5, minor: 10)

  /// The same but for what takes the kernel's own BTF.
  static let oldestWithRing = (major: 5, minor: 8)

  /// The kernel's version as two numbers, such as `(6, 18)`.
  public var version: (major: Int, minor: Int)? {
    let parts = release.split(whereSeparator: { $0 == "." || $0 == "-" })
    guard parts.count >= 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
    return (major, minor)
  }

  /// Whether BPF memory counts against `RLIMIT_MEMLOCK` (before 5.11 it does).
  public var limitsLockedMemory: Bool? {
    version.map { $0 < (5, 11) }
  }

  public static func look() -> Host {
    let (name, release, architecture) = kernelName()
    let pid = namespace("pid")
    let user = namespace("user")
    return Host(
      name: name, release: release, architecture: architecture,
      btfError: unsafe access(btfPath, R_OK) == 0 ? 0 : errno,
      effectiveUser: geteuid(), capabilities: effectiveCapabilities(),
      lockdown: TextFile.firstLine("/sys/kernel/security/lockdown").flatMap(bracketed),
      memoryLock: lockedMemoryLimit(),
      isInitialPIDNamespace: pid.map { $0 == initialPIDNamespace },
      isInitialUserNamespace: user.map { $0 == initialUserNamespace },
      networkNamespace: namespace("net"))
  }

  private static func kernelName() -> (name: String, release: String, architecture: String) {
    var name = utsname()
    guard unsafe uname(&name) == 0 else { return ("unknown", "unknown", "unknown") }
    return unsafe withUnsafeBytes(of: name) { bytes in
      // Six fields of 65 bytes (struct new_utsname); the name is the second, release the third,
      // machine the fifth.
      func field(_ index: Int) -> String {
        let field = unsafe bytes[index * 65..<(index + 1) * 65].prefix { $0 != 0 }
        return unsafe String(decoding: field, as: UTF8.self)
      }
      return (field(1), field(2), field(4))
    }
  }

  private static func effectiveCapabilities() -> Capabilities? {
    guard case .success(let status) = TextFile.read("/proc/self/status") else { return nil }
    for line in status.split(separator: "\n") where line.hasPrefix("CapEff:") {
      let hex = line.dropFirst("CapEff:".count).drop(while: { $0 == "\t" || $0 == " " })
      return UInt64(hex, radix: 16).map(Capabilities.init)
    }
    return nil
  }

  private static func lockedMemoryLimit() -> UInt64 {
    var limit = rlimit()
    guard unsafe getrlimit(CInt(__RLIMIT_MEMLOCK.rawValue), &limit) == 0 else {
      return 0
    }
    return limit.rlim_cur == rlim_t.max ? .max : UInt64(limit.rlim_cur)
  }

  /// Where a file system of this type is mounted first. Only who asks pays for reading the mounts.
  static func mountPoint(of type: String) -> String? {
    guard case .success(let mounts) = TextFile.read("/proc/self/mounts", limit: 1 << 20) else {
      return nil
    }
    for line in mounts.split(separator: "\n") {
      let fields = line.split(separator: " ")
      if fields.count > 2, fields[2] == type { return String(fields[1]) }
    }
    return nil
  }

  private static func namespace(_ kind: String) -> UInt32? {
    var status = stat()
    guard unsafe stat("/proc/self/ns/\(kind)", &status) == 0 else { return nil }
    return UInt32(truncatingIfNeeded: status.st_ino)
  }

  /// `"none [integrity] confidentiality"` says `integrity`.
  static func bracketed(_ line: String) -> String? {
    guard let open = line.firstIndex(of: "["), let close = line.firstIndex(of: "]"), open < close
    else { return nil }
    return String(line[line.index(after: open)..<close])
  }
}
