// SPDX-License-Identifier: Apache-2.0
internal import ArgumentParser
internal import Glibc

/// The command line: one file a subcommand.
@main
struct Synfin: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "synfin",
    abstract: "The life of every TCP connection on this host, from SYN to FIN.",
    usage: """
      synfin                           live table, on a terminal: synfin top
      synfin trace                     one line per finished connection
      synfin trace --remote-port 5432  those to a database
      synfin timeline                  connections drawn over time
      synfin timewait                  what waits in TIME_WAIT, and where
      synfin metrics --listen 9797     for Prometheus
      synfin record -o incident.rec    all that is told, for --replay
      synfin tour                      known connections, and their story
      """,
    discussion: """
      Needs root, or CAP_BPF and CAP_PERFMON. What this host allows, and what to do where it does \
      not: synfin doctor.

      Exit status: 0 done; 1 it ran and failed; 64 usage; 69 the host cannot do it; 77 not permitted.
      """,
    version: version,
    subcommands: [
      Top.self, Trace.self, TimelineCommand.self, TimeWait.self, MetricsCommand.self,
      RecordCommand.self, TourCommand.self, TourApplication.self, Doctor.self,
    ])

  static let version = "0.1.0"

  static func main() {
    // A reader that has gone away is seen by the write, and ends the run quietly.
    _ = signal(SIGPIPE, SIG_IGN)
    // So is a limit to the size of files, where a recording is one.
    _ = signal(SIGXFSZ, SIG_IGN)
    do {
      // Without a word: a table where it can be seen, else help.
      let isBare = CommandLine.arguments.count == 1 && isatty(1) == 1
      var command = try parseAsRoot(isBare ? ["top"] : nil)
      try command.run()
    } catch {
      leave(error)
    }
  }

  /// One sentence on stderr and the exit status of the contract.
  private static func leave(_ error: any Error) -> Never {
    let status = exitCode(for: error)
    // Help and version are no errors, and go to stdout; an ExitCode has been explained already.
    if status.isSuccess || error is ExitCode { exit(withError: error) }
    // One sentence, whatever was typed.
    Diagnostics.write(message(for: error).split(separator: "\n").joined(separator: " "))
    Glibc.exit(status == .validationFailure ? ExitStatus.usage : status.rawValue)
  }
}

/// The exit statuses of the contract (`sysexits.h`).
enum ExitStatus {
  static let failed: CInt = 1
  static let usage: CInt = 64
  static let unsupported: CInt = 69
  static let notPermitted: CInt = 77
}
