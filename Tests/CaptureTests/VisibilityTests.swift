// SPDX-License-Identifier: Apache-2.0
import Glibc
import Testing

@testable import Capture

/// What can be seen of the host from where synfin runs, in the words of `doctor` and `trace -v`.
struct VisibilityTests {
  private static var root: Host {
    Host(
      release: "6.12.1", architecture: "x86_64", btfError: 0, effectiveUser: 0,
      capabilities: Capabilities(bits: .max), lockdown: "none", memoryLock: .max,
      hidesProcesses: false, isInitialPIDNamespace: true, isInitialUserNamespace: true,
      networkNamespace: 4_026_531_840)
  }

  private func check(_ name: String, _ host: Host) throws -> Check {
    try #require(host.visibility.first { $0.name == name })
  }

  @Test func all() throws {
    #expect(try check("initial PID namespace", Self.root).answer == .yes)
    #expect(try check("other network namespaces", Self.root).answer == .yes)
  }

  @Test func container() throws {
    var host = Self.root
    host.isInitialPIDNamespace = false
    let pids = try check("initial PID namespace", host)
    #expect(pids.answer == .no && pids.detail.contains("pids are the host's"))
    let others = try check("other network namespaces", host)
    #expect(others.answer == .no && others.detail.contains("no processes from outside"))
    #expect(
      host.shortSight.contains {
        $0.hasPrefix("initial PID namespace: no, a container's: pids are the host's")
      })
  }

  @Test(arguments: [
    ([Capability.bpf, .perfmon], ["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"]),
    ([.bpf, .perfmon, .sysAdmin], ["CAP_SYS_PTRACE"]),
    ([.bpf, .perfmon, .sysPtrace], ["CAP_SYS_ADMIN"]),
    ([.sysAdmin, .sysPtrace], []),
  ])
  func capabilities(_ held: [Capability], _ missing: [String]) throws {
    var host = Self.root
    host.capabilities = Capabilities(held)
    let others = try check("other network namespaces", host)
    #expect(others.answer == (missing.isEmpty ? .yes : .no))
    for name in ["CAP_SYS_ADMIN", "CAP_SYS_PTRACE"] {
      #expect(others.detail.contains(name) == missing.contains(name))
    }
  }

  @Test func unknown() throws {
    var host = Self.root
    host.capabilities = nil
    #expect(try check("other network namespaces", host).answer == .unknown)
    host.isInitialPIDNamespace = nil
    #expect(try check("initial PID namespace", host).answer == .unknown)
  }

  @Test(arguments: [
    (["rw", "hidepid=2"], true), (["rw", "hidepid=invisible"], true), (["rw", "hidepid=1"], true),
    (["rw", "hidepid=ptraceable"], true), (["rw", "hidepid=0"], false),
    (["rw", "hidepid=off"], false),
    (["rw", "relatime"], false),
  ])
  func hidden(_ options: [Substring], _ isHidden: Bool) throws {
    #expect(Host.hidesProcesses(options) == isHidden)
    var host = Self.root
    host.hidesProcesses = isHidden
    #expect(try check("other network namespaces", host).answer == (isHidden ? .no : .yes))
  }

  @Test(arguments: [
    // errno of making a ring buffer; whether bpf(2) answers, and whether there is such a map
    (CInt(0), Check.Answer.yes, Check.Answer.yes), (EINVAL, .yes, .no), (EPERM, .no, .unknown),
    (ENOSYS, .no, .unknown), (ENOMEM, .yes, .unknown),
  ])
  func calls(_ error: CInt, _ call: Check.Answer, _ ring: Check.Answer) {
    #expect(Examination.calls(Self.root, error).map(\.answer) == [call, ring])
    var nobody = Self.root
    nobody.capabilities = Capabilities(bits: 0)
    // Nobody is refused by everything, and it proves nothing.
    if error == EPERM { #expect(Examination.calls(nobody, error)[0].answer == .unknown) }
  }
}
