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
  /// Up to where anybody may raise that (the hard limit).
  public var memoryLockCeiling: UInt64 = 0
  /// `kernel.perf_event_paranoid`. Above 2, which no kernel of kernel.org knows, Debian's and Ubuntu's let nobody
  /// open an event without CAP_SYS_ADMIN.
  public var perfEventParanoid: Int?
  /// Whether a filter of system calls (seccomp) is in force.
  public var isFiltered: Bool?
  /// Whether `/proc` hides others' processes from this one (`hidepid`, proc(5)).
  public var hidesProcesses: Bool?
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

  /// Whether libbpf gets rid of the limit by itself: it asks for no limit at all.
  var canRaiseMemoryLock: Bool {
    memoryLockCeiling == .max || capabilities?.contains(.sysResource) == true
  }

  /// The ring alone is 8 MiB, and counted twice.
  var isMemoryLockTooSmall: Bool {
    limitsLockedMemory == true && !canRaiseMemoryLock && memoryLock < 64 << 20
  }

  public static func look() -> Host {
    let (name, release, architecture) = kernelName()
    let pid = namespace("pid")
    let user = namespace("user")
    let limit = lockedMemoryLimit()
    let capabilities = status("CapEff").flatMap { UInt64($0, radix: 16) }.map(Capabilities.init)
    return Host(
      name: name, release: release, architecture: architecture,
      btfError: unsafe access(btfPath, R_OK) == 0 ? 0 : errno,
      effectiveUser: geteuid(),
      capabilities: capabilities,
      lockdown: TextFile.firstLine("/sys/kernel/security/lockdown").flatMap(bracketed),
      memoryLock: limit.soft, memoryLockCeiling: limit.hard,
      perfEventParanoid: TextFile.firstLine("/proc/sys/kernel/perf_event_paranoid").flatMap {
        Int($0)
      },
      isFiltered: status("Seccomp").map { $0 == "2" },
      hidesProcesses: capabilities?.contains(.sysPtrace) == true ? false : hidesProcesses(),
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

  /// A line of `/proc/self/status`.
  private static func status(_ name: String) -> Substring? {
    guard case .success(let status) = TextFile.read("/proc/self/status") else { return nil }
    for line in status.split(separator: "\n") where line.hasPrefix("\(name):") {
      return line.dropFirst(name.count + 1).drop(while: { $0 == "\t" || $0 == " " })
    }
    return nil
  }

  private static func lockedMemoryLimit() -> (soft: UInt64, hard: UInt64) {
    var limit = rlimit()
    guard unsafe getrlimit(CInt(__RLIMIT_MEMLOCK.rawValue), &limit) == 0 else { return (0, 0) }
    // RLIM_INFINITY has all bits.
    return (UInt64(limit.rlim_cur), UInt64(limit.rlim_max))
  }

  struct Mount {
    let point: String
    let options: [Substring]
  }

  /// Where file systems of this type are mounted. Only who asks pays for reading the mounts.
  static func mounts(of type: String) -> [Mount] {
    guard case .success(let mounts) = TextFile.read("/proc/self/mounts", limit: 1 << 20) else {
      return []
    }
    return mounts.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 3, fields[2] == type else { return nil }
      return Mount(point: String(fields[1]), options: fields[3].split(separator: ","))
    }
  }

  private static func hidesProcesses() -> Bool? {
    mounts(of: "proc").last { $0.point == "/proc" }.map { hidesProcesses($0.options) }
  }

  /// Numbers before 5.8, and words since. With 1, `noaccess`, processes are seen and no more.
  static func hidesProcesses(_ options: [Substring]) -> Bool {
    options.contains { $0.hasPrefix("hidepid=") && !["hidepid=0", "hidepid=off"].contains($0) }
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
