// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Glibc
internal import Top

/// The terminal while a screen is drawn on it: its other screen, keys one by one, and both as they were
/// before at every end.
struct Terminal: ~Copyable {
  private let output: Output
  /// -1 where nobody can type.
  private let keys: CInt
  private let signals: SignalReader
  private var reader = KeyReader()
  private var isEntered = false
  /// Whether what goes to stderr would land on the screen.
  private let sharesErrors: Bool

  /// What came from outside.
  struct Input {
    var keys: [Key] = []
    /// The terminal is gone.
    var isOver = false
  }

  init(_ output: Output) throws(SystemError) {
    self.output = output
    keys = isatty(0) == 1 ? 0 : -1
    sharesErrors = isatty(2) == 1
    // A new size, Ctrl-Z, what follows it, and the end of the terminal.
    signals = try SignalReader([SIGWINCH, SIGTSTP, SIGCONT, SIGHUP])
  }

  deinit {
    if isEntered { Self.restore(sharesErrors) }
  }

  var width: Int { output.width }
  var height: Int { output.height }

  /// What is to be watched for input.
  var descriptors: [CInt] { keys < 0 ? [signals.descriptor] : [signals.descriptor, keys] }

  // MARK: Entering and leaving

  mutating func enter() {
    if isEntered { return }
    isEntered = true
    if sharesErrors { Diagnostics.hold() }
    Rescue.prepare(keys)
    if keys >= 0 {
      var raw = termios()
      unsafe tcgetattr(keys, &raw)
      raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
      unsafe tcsetattr(keys, TCSANOW, &raw)
    }
    // The other screen, without a cursor (xterm's ctlseqs; terminfo's smcup and civis).
    Self.put("\u{1b}[?1049h\u{1b}[?25l")
  }

  mutating func leave() {
    guard isEntered else { return }
    isEntered = false
    Self.restore(sharesErrors)
  }

  private static func restore(_ sharesErrors: Bool) {
    Rescue.restore()
    if sharesErrors { Diagnostics.release() }
  }

  private static func put(_ sequence: StaticString) {
    unsafe _ = Glibc.write(1, sequence.utf8Start, sequence.utf8CodeUnitCount)
  }

  // MARK: Input

  /// Waits for something to read. Returns whether it came before a signal to stop.
  func waitForInput() -> Bool {
    var waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    while !StopSignal.isPending {
      if unsafe poll(&waiting, nfds_t(waiting.count), 100) > 0 { return true }
    }
    return false
  }

  /// What there is now; it does not wait.
  mutating func read() -> Input {
    var input = Input()
    readSignals(&input)
    guard keys >= 0 else { return input }
    var waiting = pollfd(fd: keys, events: Int16(POLLIN), revents: 0)
    guard unsafe poll(&waiting, 1, 0) > 0 else { return input }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = unsafe bytes.withUnsafeMutableBytes { buffer in
      unsafe Glibc.read(keys, buffer.baseAddress, buffer.count)
    }
    if count > 0 {
      input.keys = reader.keys(in: Array(bytes.prefix(count)))
    } else if count == 0 || errno != EINTR && errno != EAGAIN {
      input.isOver = true
    }
    return input
  }

  private mutating func readSignals(_ input: inout Input) {
    while let signal = signals.next() {
      switch signal {
      case SIGHUP: input.isOver = true
      case SIGTSTP: suspend()
      case SIGCONT:
        // Whoever had the terminal meanwhile may have left it otherwise.
        leave()
        enter()
      default: break
      }
    }
  }

  /// Stops as if the signal had not been taken, and goes on where it is continued.
  private mutating func suspend() {
    leave()
    // Here it stops; where nobody could continue it, the kernel lets it go on at once.
    signals.obey(SIGTSTP)
    enter()
  }
}
