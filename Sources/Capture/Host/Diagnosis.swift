// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// From what the kernel refused, and what the host is, to the sentence that helps.
enum Diagnosis {
  /// What can be said before anything is tried.
  static func beforeLoading(_ host: Host) -> Refusal? {
    if let missing = host.capabilities?.missingForTracing, !missing.isEmpty {
      return Refusal(.notPermitted, missingCapabilities(missing, host))
    }
    if host.lockdown == "confidentiality" { return lockdown() }
    return nil
  }

  /// The same of the object that needs BTF.
  static func beforeLoadingCore(_ host: Host) -> Refusal? {
    if host.btfError != 0 { return noBTF(host) }
    if let version = host.version, version < Host.oldest {
      return Refusal(
        .unsupported,
        "Linux \(host.release) is too old for these BPF programs, which need "
          + "\(Host.oldest.major).\(Host.oldest.minor) or newer")
    }
    return nil
  }

  /// The same of the object whose types are read in a file.
  static func beforeLoadingRaw(_ host: Host) -> Refusal? {
    guard let version = host.version, version < Host.oldestWithRing else { return nil }
    return Refusal(
      .unsupported,
      "--btf needs Linux \(Host.oldestWithRing.major).\(Host.oldestWithRing.minor), for its ring buffer, and "
        + "this is \(host.release); without --btf classic tracepoints tell less")
  }

  static func wrongTypes(_ path: String, on host: Host) -> Refusal {
    Refusal(
      .unsupported,
      "\(path) is of another kernel than this Linux \(host.release): what is read by it of a connection "
        + "that synfin has made is not so", log: LiveSource.log())
  }

  /// What this host lacks for it, in a few words; `nil` where it lacks nothing.
  static func lackForCore(_ host: Host) -> String? {
    if let version = host.version, version < Host.oldest {
      return "the CO-RE object needs \(Host.oldest.major).\(Host.oldest.minor)"
    }
    return host.btfError == 0 ? nil : "there is no \(Host.btfPath)"
  }

  private static func missingCapabilities(_ missing: [Capability], _ host: Host) -> String {
    let names = missing.map(\.name).joined(separator: " and ")
    let verb = missing.count == 1 ? "is" : "are"
    let advice =
      host.effectiveUser == 0
      ? "add \(missing.count == 1 ? "it" : "them") to the container or unit"
      : "run as root (sudo synfin)"
    return "\(names) \(verb) missing, and tracing needs \(missing.count == 1 ? "it" : "them"); "
      + advice
  }

  private static func noBTF(_ host: Host) -> Refusal {
    let path = Host.btfPath
    if host.btfError == EACCES || host.btfError == EPERM {
      return Refusal(.notPermitted, "\(path) cannot be read; run as root (sudo synfin)")
    }
    return Refusal(
      .unsupported,
      "there is no \(path), by which synfin finds its way in the kernel; use a kernel with "
        + "CONFIG_DEBUG_INFO_BTF=y, and in a container mount /sys")
  }

  private static func lockdown(log: String = "") -> Refusal {
    Refusal(
      .unsupported,
      "kernel lockdown is in confidentiality mode, in which no BPF program may read kernel memory; "
        + "boot with lockdown=integrity or without lockdown", log: log)
  }

  /// What a refused load means.
  static func loading(_ error: CInt, log: String, on host: Host) -> Refusal {
    switch error {
    case ESRCH where log.contains("valid kernel BTF"):
      return Refusal(noBTF(host).kind, noBTF(host).sentence, log: log)
    case EPERM where host.isInitialUserNamespace == false:
      return Refusal(
        .notPermitted,
        "the kernel refused BPF in this user namespace; run synfin in the host's own (for a "
          + "container: without user namespace remapping)", log: log)
    case EPERM where host.isMemoryLockTooSmall:
      return Refusal(
        .notPermitted,
        "the limit on locked memory (\(host.memoryLock) bytes) is too small for BPF maps on Linux "
          + "\(host.release); raise it with: ulimit -l unlimited, or give CAP_SYS_RESOURCE",
        log: log)
    case EPERM where host.isFiltered == true:
      return Refusal(
        .notPermitted,
        "the kernel refused the BPF system call although the capabilities are there; this process runs "
          + "under a filter of system calls (seccomp): allow bpf(2) in it", log: log)
    case EPERM:
      return Refusal(
        .notPermitted,
        "the kernel refused the BPF system call although the capabilities are there; a security "
          + "module or seccomp filter forbids it: allow bpf(2) for synfin", log: log)
    case ENOSYS where host.isFiltered == true || host.btfError == 0:
      // /sys/kernel/btf is a part of BPF (kernel/bpf/sysfs_btf.c).
      return Refusal(
        .notPermitted,
        "this kernel has BPF, but a filter of system calls (seccomp) says that it has not; allow "
          + "bpf(2) in it", log: log)
    case ENOSYS:
      return Refusal(
        .unsupported, "this kernel was built without BPF (CONFIG_BPF_SYSCALL)", log: log)
    case ENOMEM:
      return Refusal(
        .failed,
        "the kernel had no memory for the BPF maps; free some, or raise the memory limit "
          + "of the cgroup", log: log)
    case _ where readsNoMemory(log): return lockdown(log: log)
    case ENOENT where log.contains("/sys/devices/system/cpu"):
      return Refusal(
        .unsupported,
        "/sys is not mounted here, by which processors are counted; mount -t sysfs sysfs /sys",
        log: log)
    case _ where hasVerifierLog(log):
      let program = refusedProgram(log).map { " \($0)" } ?? ""
      return Refusal(
        .unsupported,
        "the verifier of Linux \(host.release) refused the program\(program); please report it with "
          + "the output of: synfin doctor -v", log: log)
    default:
      return Refusal(
        .unsupported,
        "the BPF programs cannot be loaded (\(SystemError.text(error))); -v shows libbpf's log",
        log: log)
    }
  }

  /// What a refused attachment means.
  ///
  /// - Parameter takesPerfEvents: whether it rests on perf_event_open(2).
  static func attaching(
    _ error: SystemError, log: String, on host: Host, takesPerfEvents: Bool = false
  ) -> Refusal {
    switch error.number {
    case EPERM, EACCES:
      if takesPerfEvents, host.capabilities?.contains(.sysAdmin) == false,
        let paranoid = host.perfEventParanoid, paranoid > 2
      {
        return Refusal(
          .notPermitted,
          "\(error.doing) takes CAP_SYS_ADMIN here, for kernel.perf_event_paranoid is \(paranoid); give "
            + "it, or set that to 2", log: log)
      }
      return Refusal(
        .notPermitted,
        "\(error.doing) is not permitted here; a security module forbids it: allow "
          + (takesPerfEvents ? "perf_event_open(2)" : "BPF_RAW_TRACEPOINT_OPEN") + " for synfin",
        log: log)
    case ENOENT, ESRCH:
      return Refusal(
        .unsupported,
        "\(error.doing) found no such tracepoint in Linux \(host.release)", log: log)
    default:
      return Refusal(.failed, "\(error); -v shows libbpf's log", log: log)
    }
  }

  /// In confidentiality mode the kernel has no helper that reads its memory (`bpf_tracing_func_proto`), which is all
  /// that tells where securityfs is not mounted.
  private static func readsNoMemory(_ log: String) -> Bool {
    log.contains("cannot use helper bpf_probe_read") || log.contains("unknown func bpf_probe_read")
  }

  private static func hasVerifierLog(_ log: String) -> Bool {
    log.contains("BEGIN PROG LOAD LOG")
  }

  /// The last program's name in libbpf's `prog 'NAME': ...`, before the log.
  static func refusedProgram(_ log: String) -> String? {
    var name: String?
    for line in log.split(separator: "\n")
    where line.contains("BEGIN PROG LOAD LOG") || line.contains("failed to") {
      let parts = line.split(separator: "'")
      if parts.count > 1, parts[0].hasSuffix("prog ") { name = String(parts[1]) }
    }
    return name
  }
}
