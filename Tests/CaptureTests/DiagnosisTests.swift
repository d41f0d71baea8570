// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Capture

/// Every way that loading can fail is one sentence that says what to do, and the right exit status.
struct DiagnosisTests {
  /// A host on which everything works.
  private static var good: Host {
    Host(
      release: "6.12.1", architecture: "x86_64", btfError: 0, effectiveUser: 0,
      capabilities: Capabilities(bits: .max), lockdown: "none", memoryLock: .max,
      isInitialPIDNamespace: true, isInitialUserNamespace: true, networkNamespace: 4_026_531_840)
  }

  @Test func nothingIsSaidOfAGoodHost() {
    #expect(Diagnosis.beforeLoading(Self.good) == nil)
    var unknown = Self.good
    unknown.capabilities = nil
    unknown.lockdown = nil
    #expect(Diagnosis.beforeLoading(unknown) == nil, "what is not known is tried")
  }

  @Test(arguments: [
    // capabilities, what is missing
    (UInt64(0), "CAP_BPF and CAP_PERFMON are missing"),
    (UInt64(1) << 39, "CAP_PERFMON is missing"),
    (UInt64(1) << 38, "CAP_BPF is missing"),
    (UInt64(1) << 38 | UInt64(1) << 39, nil),
    (UInt64(1) << 21, nil),
  ])
  func capabilities(_ bits: UInt64, _ sentence: String?) {
    var host = Self.good
    host.capabilities = Capabilities(bits: bits)
    let refusal = Diagnosis.beforeLoading(host)
    #expect(refusal?.kind == (sentence == nil ? nil : .notPermitted))
    if let sentence { #expect(refusal?.sentence.hasPrefix(sentence) == true) }
  }

  @Test func advice() {
    var host = Self.good
    host.capabilities = Capabilities(bits: 0)
    #expect(Diagnosis.beforeLoading(host)?.sentence.contains("container") == true)
    host.effectiveUser = 1000
    #expect(Diagnosis.beforeLoading(host)?.sentence.contains("sudo") == true)
  }

  @Test func lockdown() {
    var host = Self.good
    host.lockdown = "integrity"
    #expect(Diagnosis.beforeLoading(host) == nil)
    host.lockdown = "confidentiality"
    #expect(Diagnosis.beforeLoading(host)?.kind == .unsupported)
    #expect(Host.bracketed("none [integrity] confidentiality") == "integrity")
    #expect(Host.bracketed("none") == nil)
  }

  @Test func noBTF() {
    var host = Self.good
    host.btfError = ENOENT
    #expect(Diagnosis.beforeLoading(host) == nil)
    #expect(Diagnosis.lackForCore(host) == "there is no /sys/kernel/btf/vmlinux")
    #expect(Diagnosis.beforeLoadingCore(host)?.kind == .unsupported)
    #expect(Diagnosis.beforeLoadingCore(host)?.sentence.contains("CONFIG_DEBUG_INFO_BTF") == true)
    host.btfError = EACCES
    #expect(Diagnosis.beforeLoadingCore(host)?.kind == .notPermitted)
  }

  @Test(arguments: [
    ("5.7.0-1", false), ("5.9.0", false), ("5.10.0", true), ("6.1.0-46-amd64", true),
    ("4.19.1", false),
  ])
  func oldestKernel(_ release: String, _ isEnough: Bool) {
    var host = Self.good
    host.release = release
    #expect((Diagnosis.beforeLoadingCore(host) == nil) == isEnough)
    #expect((Diagnosis.lackForCore(host) == nil) == isEnough)
  }

  private static let verifierLog = """
    libbpf: prog 'synfin_state': BPF program load failed: Permission denied
    libbpf: prog 'synfin_state': -- BEGIN PROG LOAD LOG --
    0: R1=ctx() R10=fp0
    """

  @Test(arguments: [
    (EPERM, "", Refusal.Kind.notPermitted, "seccomp"),
    (ENOSYS, "", .notPermitted, "filter of system calls"),
    (ENOMEM, "", .failed, "memory"),
    (EACCES, verifierLog, .unsupported, "refused the program synfin_state"),
    (EINVAL, verifierLog, .unsupported, "refused the program synfin_state"),
    (EINVAL, verifierLog + "\ncannot use helper bpf_probe_read#4", .unsupported, "lockdown"),
    (EINVAL, verifierLog + "\nunknown func bpf_probe_read#4", .unsupported, "lockdown"),
    (ENOENT, "failed to open cpu mask file /sys/devices/system/cpu/possible", .unsupported, "/sys"),
    (ESRCH, "libbpf: failed to find valid kernel BTF", .unsupported, "CONFIG_DEBUG_INFO_BTF"),
    (ENOTSUP, "", .unsupported, "cannot be loaded"),
  ])
  func loading(_ error: CInt, _ log: String, _ kind: Refusal.Kind, _ words: String) {
    let refusal = Diagnosis.loading(error, log: log, on: Self.good)
    #expect(refusal.kind == kind)
    #expect(refusal.sentence.contains(words))
    #expect(refusal.log == log)
    #expect(!refusal.sentence.contains("\n"))
  }

  @Test func noBPFInTheKernel() {
    var host = Self.good
    host.btfError = ENOENT
    let refusal = Diagnosis.loading(ENOSYS, log: "", on: host)
    #expect(refusal.kind == .unsupported && refusal.sentence.contains("CONFIG_BPF_SYSCALL"))
    host.isFiltered = true
    #expect(Diagnosis.loading(ENOSYS, log: "", on: host).kind == .notPermitted)
  }

  @Test func filtered() {
    var host = Self.good
    host.isFiltered = true
    let refusal = Diagnosis.loading(EPERM, log: "", on: host)
    #expect(refusal.kind == .notPermitted)
    #expect(refusal.sentence.contains("runs under a filter of system calls (seccomp)"))
  }

  @Test func lockedMemoryCountsBefore511() {
    var host = Self.good
    host.release = "5.10.0"
    host.memoryLock = 65_536
    host.capabilities = Capabilities([.bpf, .perfmon])
    let refusal = Diagnosis.loading(EPERM, log: "", on: host)
    #expect(refusal.sentence.contains("ulimit -l unlimited"))
    // Who can raise it has it raised by libbpf, and it is something else.
    host.capabilities = Capabilities([.bpf, .perfmon, .sysResource])
    #expect(Diagnosis.loading(EPERM, log: "", on: host).sentence.contains("seccomp"))
    host.capabilities = Capabilities([.bpf, .perfmon])
    host.memoryLockCeiling = .max
    #expect(Diagnosis.loading(EPERM, log: "", on: host).sentence.contains("seccomp"))
  }

  /// Whatever else is small there.
  @Test(arguments: ["5.10.0", "6.12.1"])
  func userNamespace(_ release: String) {
    var host = Self.good
    host.release = release
    host.memoryLock = 65_536
    host.capabilities = Capabilities([.bpf, .perfmon])
    host.isInitialUserNamespace = false
    #expect(Diagnosis.loading(EPERM, log: "", on: host).sentence.contains("user namespace"))
  }

  @Test(arguments: [
    // kernel.perf_event_paranoid, with CAP_SYS_ADMIN, what it is put down to
    (3, false, "takes CAP_SYS_ADMIN"), (3, true, "security module"), (2, false, "security module"),
  ])
  func perfEvents(_ paranoid: Int, _ isAdmin: Bool, _ words: String) {
    var host = Self.good
    host.perfEventParanoid = paranoid
    host.capabilities = Capabilities(isAdmin ? [.sysAdmin] : [.bpf, .perfmon])
    let error = SystemError("opening the ring of CPU 0", EACCES)
    let refusal = Diagnosis.attaching(error, log: "", on: host, takesPerfEvents: true)
    #expect(refusal.kind == .notPermitted && refusal.sentence.contains(words))
    let other = Diagnosis.attaching(error, log: "", on: host)
    #expect(other.sentence.contains("BPF_RAW_TRACEPOINT_OPEN"))
  }

  @Test func attaching() {
    let missing = Diagnosis.attaching(
      SystemError("attaching synfin_state", ENOENT), log: "", on: Self.good)
    #expect(missing.kind == .unsupported)
    let forbidden = Diagnosis.attaching(
      SystemError("attaching synfin_state", EPERM), log: "", on: Self.good)
    #expect(forbidden.kind == .notPermitted)
  }
}
