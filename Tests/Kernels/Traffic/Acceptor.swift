// SPDX-License-Identifier: Apache-2.0
internal import Glibc
internal import Tour

/// Another process, which accepts so many from a listener of this one, and says so each time.
struct Acceptor {
  let pid: pid_t
  private let told: CInt

  init(_ listener: Socket, _ count: Int) throws {
    var ends: [CInt] = [-1, -1]
    unsafe _ = pipe(&ends)
    _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
    _ = fcntl(listener.descriptor, F_SETFD, 0)
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe _ = posix_spawn_file_actions_init(&actions)
    unsafe _ = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    // Its own name, by which an owner is known beside its pid.
    let words = ["/bin/acceptor", "accept", "\(listener.descriptor)", "\(count)"]
    var arguments = unsafe words.map { unsafe strdup($0) } + [nil]
    defer { unsafe arguments.forEach { unsafe free($0) } }
    var child: pid_t = 0
    var environment: UnsafeMutablePointer<CChar>?
    let error = unsafe posix_spawn(&child, words[0], &actions, nil, &arguments, &environment)
    Glibc.close(ends[1])
    if error != 0 { throw NeverCame() }
    pid = child
    told = ends[0]
  }

  func waitUntilAccepted() throws {
    var byte: UInt8 = 0
    if unsafe read(told, &byte, 1) != 1 { throw NeverCame() }
  }
}

/// What that process does: each connection is held until its peer has reset it.
func accept(_ count: Int, from descriptor: CInt) throws {
  let listener = Socket(descriptor: descriptor)
  for _ in 0..<count {
    let server = try listener.accept()
    unsafe _ = write(STDOUT_FILENO, "+", 1)
    try server.waitUntilReset()
  }
}
