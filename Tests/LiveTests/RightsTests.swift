// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing
import Tour

extension Live {
  /// Where it is not allowed, it says so in one sentence, and `doctor` says the same.
  @Suite struct RightsTests {
    /// How to run a command with less than root has.
    enum Restriction: String, CaseIterable {
      case nobody, rootWithoutPerfmon, noBTF

      func command(_ program: String, _ arguments: String...) -> [String] {
        let command = [program] + arguments
        switch self {
        case .nobody:
          return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + command
        case .rootWithoutPerfmon:
          let without = "-perfmon,-sys_admin"
          return ["setpriv", "--bounding-set=\(without)", "--inh-caps=\(without)"] + command
        case .noBTF:
          return Self.hidingBTF(from: ["env", "SYNFIN_SOURCE=core"] + command)
        }
      }

      /// The mount is in a mount namespace that ends with the command.
      static func hidingBTF(from command: [String]) -> [String] {
        let hide = "mount -t tmpfs none /sys/kernel/btf && exec \"$@\""
        return ["unshare", "-m", "sh", "-c", hide, "sh"] + command
      }

      var status: CInt { self == .noBTF ? 69 : 77 }
      var word: String { self == .noBTF ? "BTF" : "CAP_" }
    }

    @Test(arguments: Restriction.allCases)
    func trace(under restriction: Restriction) throws {
      let program = try Program()
      let end = try Child(restriction.command(program.path, "trace", "--duration", "1")).wait()
      #expect(end.status == restriction.status, "\(end.stderr)")
      #expect(end.stdout.isEmpty)
      let lines = end.stderr.split(separator: "\n")
      #expect(lines.count == 1 && lines.allSatisfy { $0.hasPrefix("synfin: ") }, "\(end.stderr)")
      #expect(end.stderr.contains(restriction.word))
      // What was hidden was hidden from nobody else.
      #expect(!(try KernelTables.text("/proc/self/mounts")).contains(" /sys/kernel/btf "))
      if restriction == .nobody { #expect(end.stderr.contains("CAP_BPF")) }
      if restriction == .rootWithoutPerfmon { #expect(end.stderr.contains("CAP_PERFMON")) }
    }

    @Test(arguments: Restriction.allCases)
    func doctor(under restriction: Restriction) throws {
      let program = try Program()
      let end = try Child(restriction.command(program.path, "doctor")).wait()
      #expect(end.status == restriction.status, "\(end.stderr)")
      expectAnswers(end.stdout)
      #expect(end.stderr.contains(restriction.word))
    }

    /// Where nobody insists, classic tracepoints tell what they can.
    @Test func goesOnWithoutBTF() throws {
      let hidden = { (arguments: [String]) in
        try Child(Restriction.hidingBTF(from: [Product.path] + arguments)).wait()
      }
      let trace = try hidden(["trace", "--duration", "0"])
      #expect(trace.status == 0 && trace.stderr.contains("classic tracepoints"), "\(trace.stderr)")
      let doctor = try hidden(["doctor"])
      #expect(doctor.status == 0 && doctor.stdout.contains("legacy object"), "\(doctor.stdout)")
    }

    @Test func doctorOfTheHost() throws {
      let end = try Child.run(Product.path, "doctor")
      #expect(end.status == 0, "\(end.stderr)")
      expectAnswers(end.stdout)
      #expect(end.stderr.isEmpty)
    }

    private func expectAnswers(_ stdout: String) {
      let lines = stdout.split(separator: "\n")
      #expect(!lines.isEmpty)
      for line in lines {
        let answer = line.prefix { $0 != " " }
        #expect(["yes", "no", "unknown"].contains(answer), "\(line)")
      }
    }
  }
}
