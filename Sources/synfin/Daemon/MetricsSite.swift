// SPDX-License-Identifier: Apache-2.0
internal import Capture
internal import Endpoint
internal import Exposition

/// What the server of `metrics --listen` shows.
struct MetricsSite: Site {
  let scrapes: Scrapes

  func answer(_ request: Request, _ done: @escaping @Sendable (Response) -> Void) {
    switch request.path {
    case "/metrics":
      let format = Format.negotiate(accept: request.accept)
      scrapes.ask(for: format) { body in
        done(Response(contentType: "\(format.contentType)", body: body))
      }
    case "/healthz":
      let isAlive = scrapes.isAlive(at: Monotonic.now())
      done(
        isAlive
          ? Response(text: "ok") : Response(status: 503, text: "what the kernel tells is not read"))
    case "/":
      done(Response(contentType: "text/html; charset=utf-8", body: Array(Self.front.utf8)))
    default:
      done(Response(status: 404, text: "no such page: there are /metrics and /healthz"))
    }
  }

  private static let front = """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>synfin</title>
    <style>
    body { font: 16px/1.5 system-ui, sans-serif; max-width: 38em; margin: 3em auto; padding: 0 1em }
    @media (prefers-color-scheme: dark) { body { background: #111; color: #ddd } a { color: #8bf } }
    </style>
    </head>
    <body>
    <h1>synfin \(Synfin.version)</h1>
    <p>The life of every TCP connection on this host, from SYN to FIN.</p>
    <ul>
    <li><a href="/metrics">/metrics</a>: for Prometheus; text 0.0.4, or OpenMetrics 1.0 where asked</li>
    <li><a href="/healthz">/healthz</a>: whether what the kernel tells is read</li>
    </ul>
    </body>
    </html>

    """
}
