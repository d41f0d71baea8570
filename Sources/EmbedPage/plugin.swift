// SPDX-License-Identifier: Apache-2.0
import Foundation
import PackagePlugin

/// Puts the files of the timeline's page into Swift, as string literals: at each build, so that they are
/// nowhere twice.
@main struct EmbedPage: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) throws -> [Command] {
    let page = target.directoryURL.appending(path: "HTML/page")
    let names = try FileManager.default.contentsOfDirectory(
      atPath: page.path(percentEncoded: false))
    let script = page.appending(path: "embed.sh").path(percentEncoded: false)
    let output = context.pluginWorkDirectoryURL.appending(path: "PageSource.swift")
    return [
      .buildCommand(
        displayName: "Embedding the timeline's page", executable: URL(filePath: "/bin/sh"),
        arguments: [script, output.path(percentEncoded: false)],
        inputFiles: names.sorted().map { page.appending(path: $0) }, outputFiles: [output])
    ]
  }
}
