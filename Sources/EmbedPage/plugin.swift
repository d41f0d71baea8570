// SPDX-License-Identifier: Apache-2.0
import Foundation
import PackagePlugin

/// Puts the files of a page into Swift, as string literals: at each build, so that they are nowhere twice. What
/// both pages have is the timeline's.
@main struct EmbedPage: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let page = target.directoryURL.appending(path: "HTML/page")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: page.path(percentEncoded: false))
    let shared = context.package.directoryURL.appending(
      path: "Sources/Timeline/HTML/page/palette.css")
    let script = page.appending(path: "embed.sh").path(percentEncoded: false)
    let output = context.pluginWorkDirectoryURL.appending(path: "PageSource.swift")
    return [
      .buildCommand(
        displayName: "Embedding the page of \(target.name)", executable: URL(filePath: "/bin/sh"),
        arguments: [script, output.path(percentEncoded: false)],
        inputFiles: names.sorted().map { page.appending(path: $0) } + [shared],
        outputFiles: [output])
    ]
  }
}
