// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// What is fuzzed tells the fuzzer which way it went, and traps where it touches what is not its own.
let watched: [SwiftSetting] = [
  .unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing"]),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
]

let fuzzer: [LinkerSetting] = [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]

// A package of its own, so that building the product never builds this. The product's targets are its own
// sources, through links: the product has no switch for the fuzzer.
let package = Package(
  name: "synfin-fuzz",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
  ],
  targets: [
    .target(
      name: "CBPF",
      cSettings: [.define("_GNU_SOURCE")],
      linkerSettings: [.linkedLibrary("bpf"), .linkedLibrary("elf"), .linkedLibrary("z")]),
    .target(name: "Lifecycle", swiftSettings: watched),
    .target(name: "Capture", dependencies: ["CBPF", "Lifecycle"], swiftSettings: watched),
    .target(name: "Report", dependencies: ["Lifecycle"], swiftSettings: watched),
    .target(
      name: "Timeline", dependencies: ["Lifecycle", "Report"], exclude: ["HTML/page"],
      swiftSettings: watched, plugins: ["EmbedPage"]),
    .plugin(name: "EmbedPage", capability: .buildTool(), path: "Sources/EmbedPage"),
    .target(name: "Metrics", dependencies: ["Lifecycle"], swiftSettings: watched),
    .target(
      name: "Exposition", dependencies: ["Lifecycle", "Metrics", "Report"], swiftSettings: watched),
    .systemLibrary(name: "CZlib"),
    .target(
      name: "Endpoint",
      dependencies: [
        "CZlib",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      swiftSettings: watched),
    .target(
      name: "Top", dependencies: ["Lifecycle", "Metrics", "Report"], swiftSettings: watched),
    .target(
      name: "Tour", dependencies: ["Capture", "Lifecycle", "Report"], exclude: ["HTML/page"],
      swiftSettings: watched, plugins: ["EmbedPage"]),
    // As a library: the fuzzer has a main of its own.
    .target(
      name: "synfin",
      dependencies: [
        "Capture", "Endpoint", "Exposition", "Lifecycle", "Metrics", "Report", "Timeline", "Top",
        "Tour",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: watched + [
        .unsafeFlags(["-Xfrontend", "-entry-point-function-name", "-Xfrontend", "synfin_main"])
      ]),
    .target(name: "CFuzzer"),
    .executableTarget(
      name: "replay",
      dependencies: [
        "CFuzzer", "synfin", "Capture", "CBPF", "Lifecycle",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: watched,
      linkerSettings: fuzzer),
    .executableTarget(
      name: "scrape",
      dependencies: [
        "CFuzzer", "Endpoint", "Exposition",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ],
      swiftSettings: watched,
      linkerSettings: fuzzer),
  ],
  cLanguageStandard: .c2x  // #embed
)
