// SPDX-License-Identifier: Apache-2.0
internal import Common
internal import Glibc
internal import Harness

/// How much to measure, and of what.
struct Options {
  var synfin = ""
  /// The compiled BPF object of the floor; by default where the Makefile puts it.
  var floorObject = Folder.executables + "/../../floor.bpf.o"
  var rounds = 5
  var quick = false
  var strict = false
  var markdown: String?

  static let usage = """
    usage: bench --synfin PATH [options]   (as root, on a quiet machine)
      --rounds N           interleaved rounds of each load (5; with --quick 2)
      --quick              two to three minutes: fewer and shorter runs; its figures are rough
      --markdown FILE      write the report to a file as well
      --strict             exit with 1 when a budget is missed
      --floor-object FILE  the floor's BPF object, where the Makefile did not build it
    """

  init() {
    var arguments = Arguments()
    var rounds: Int?
    while let option = arguments.next() {
      switch option {
      case "--synfin": synfin = arguments.word(after: option)
      case "--floor-object": floorObject = arguments.word(after: option)
      case "--rounds": rounds = arguments.number(after: option, in: 1...50)
      case "--markdown": markdown = arguments.word(after: option)
      case "--quick": quick = true
      case "--strict": strict = true
      default: Self.stop(status: option == "--help" ? 0 : 64)
      }
    }
    guard !synfin.isEmpty else { Self.stop(status: 64) }
    self.rounds = rounds ?? (quick ? 2 : 5)
  }

  private static func stop(status: Int32) -> Never {
    note(usage)
    exit(status)
  }
}
