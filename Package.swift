// swift-tools-version: 6.3
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

let package = Package(
  name: "synfin",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
  ],
  targets: [
    // The kernel's side: the embedded BPF object, libbpf, and the record's layout.
    .target(
      name: "CBPF",
      cSettings: [.define("_GNU_SOURCE"), .treatAllWarnings(as: .error)],
      linkerSettings: [.linkedLibrary("bpf"), .linkedLibrary("elf"), .linkedLibrary("z")]),
    // Pure: records in, facts out.
    .target(name: "Lifecycle", swiftSettings: strict),
    // Where records come from.
    .target(name: "Capture", dependencies: ["CBPF", "Lifecycle"], swiftSettings: strict),
    // Pure: facts in, lines and JSON out.
    .target(name: "Report", dependencies: ["Lifecycle"], swiftSettings: strict),
    // Pure: facts in, a picture of them over time out.
    .target(
      name: "Timeline", dependencies: ["Lifecycle", "Report"],
      exclude: ["HTML/page"], swiftSettings: strict, plugins: ["EmbedPage"]),
    // The timeline's page and the tour's, put into Swift as they are built.
    .plugin(name: "EmbedPage", capability: .buildTool(), path: "Sources/EmbedPage"),
    // Pure: facts in, counters, gauges and histograms out.
    .target(name: "Metrics", dependencies: ["Lifecycle"], swiftSettings: strict),
    // Pure: those numbers in, metrics text out: Prometheus' and OpenMetrics' own formats, and JSON.
    .target(
      name: "Exposition", dependencies: ["Lifecycle", "Metrics", "Report"], swiftSettings: strict),
    // zlib, for what is scraped compressed.
    .systemLibrary(name: "CZlib"),
    // A small HTTP/1.1 server: it knows pages, and not what is on them.
    .target(
      name: "Endpoint",
      dependencies: [
        "CZlib",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ],
      swiftSettings: strict),
    // Pure: numbers in, a screen of text out.
    .target(
      name: "Top", dependencies: ["Lifecycle", "Metrics", "Report"], swiftSettings: strict),
    // Six questions about TCP: connections made on purpose, and what is told of them.
    .target(
      name: "Tour", dependencies: ["Capture", "Lifecycle", "Report"], exclude: ["HTML/page"],
      swiftSettings: strict, plugins: ["EmbedPage"]),
    .executableTarget(
      name: "synfin",
      dependencies: [
        "Capture", "Endpoint", "Exposition", "Lifecycle", "Metrics", "Report", "Timeline", "Top",
        "Tour",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "LifecycleTests", dependencies: ["Lifecycle", "MadeUpHost"], swiftSettings: strict),
    .testTarget(
      name: "CaptureTests", dependencies: ["Capture", "CBPF", "Lifecycle"], swiftSettings: strict),
    .testTarget(name: "ReportTests", dependencies: ["Report", "Lifecycle"], swiftSettings: strict),
    .testTarget(
      name: "TimelineTests", dependencies: ["Timeline", "Report", "Lifecycle"],
      exclude: ["HTML/browser", "Perfetto"], swiftSettings: strict),
    // Records of connections that are made up, for the tests of what is made of them.
    .target(
      name: "MadeUpHost", dependencies: ["Lifecycle", "Metrics"], path: "Tests/MadeUpHost",
      swiftSettings: strict),
    .testTarget(
      name: "MetricsTests", dependencies: ["Metrics", "Lifecycle", "MadeUpHost"],
      swiftSettings: strict),
    .testTarget(
      name: "ExpositionTests",
      dependencies: ["Exposition", "Metrics", "Report", "Lifecycle", "MadeUpHost"],
      exclude: ["Expected", "Prometheus"], swiftSettings: strict),
    .testTarget(
      name: "EndpointTests",
      dependencies: [
        "Endpoint",
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "TourTests", dependencies: ["Tour", "Lifecycle", "Report"], swiftSettings: strict),
    .testTarget(
      name: "TopTests", dependencies: ["Top", "Metrics", "Report", "Lifecycle", "MadeUpHost"],
      swiftSettings: strict),
    // The dashboard and the alerts that are shipped, read for the tests of them.
    .target(name: "Monitoring", path: "Tests/Monitoring", swiftSettings: strict),
    .testTarget(
      name: "MonitoringTests", dependencies: ["Monitoring", "Exposition", "Lifecycle"],
      swiftSettings: strict),
    // What a service manager hears of a service.
    .target(name: "MadeUpManager", path: "Tests/MadeUpManager", swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["synfin", "MadeUpManager"], swiftSettings: strict),
    .testTarget(name: "DeployTests", swiftSettings: strict),
    // What is traced in the guests of the kernel matrix: connections by the prime number.
    .executableTarget(
      name: "traffic", dependencies: ["Lifecycle", "Tour"], path: "Tests/Kernels/Traffic",
      swiftSettings: strict),
    .testTarget(
      name: "LiveTests",
      dependencies: [
        "synfin", "Lifecycle", "Capture", "Monitoring", "Tour", "CBPF", "MadeUpManager",
      ],
      exclude: ["Service/confine.py"], swiftSettings: strict),
  ],
  cLanguageStandard: .c2x  // #embed
)
