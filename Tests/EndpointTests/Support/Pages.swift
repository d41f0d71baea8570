// SPDX-License-Identifier: Apache-2.0
import Synchronization

@testable import Endpoint

/// A site that says what it has been asked, at once; of some pages it answers when it is told to, or never.
final class Pages: Site {
  /// Long enough to be worth compressing.
  static let long = Body(Array(String(repeating: "synfin_connections 1\n", count: 5000).utf8))

  private let held = Mutex<[@Sendable (Response) -> Void]>([])

  func answer(_ request: Request, _ done: @escaping @Sendable (Response) -> Void) {
    switch request.path {
    case "/long": done(Response(contentType: "text/plain", body: Self.long))
    case "/later": held.withLock { $0.append(done) }
    case "/twice":
      done(Response(text: "first"))
      done(Response(text: "second"))
    case "/lost": break
    case "/odd": done(Response(status: 42, text: "odd"))
    case "/none": done(Response(status: 404, text: "none"))
    default: done(Response(text: ([request.path] + request.accept).joined(separator: " ")))
    }
  }

  /// How many wait.
  var waiting: Int { held.withLock { $0.count } }

  /// Answers all that wait.
  func release() {
    let held = held.withLock { held in
      defer { held = [] }
      return held
    }
    for done in held { done(Response(text: "at last")) }
  }
}
