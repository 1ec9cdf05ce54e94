// swift-tools-version: 6.2
import PackageDescription

/// Every library of the project is built alike; see the design notes in README.md.
let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]
let testSettings: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// The modules, lowest first. A module imports only modules above it in this list.
let modules: [(name: String, dependencies: [String])] = [
  ("ChipGeometry", []),
  ("InstructionSet", []),
  ("Assembler", ["ChipGeometry", "InstructionSet"]),
  ("SpikeTrace", ["ChipGeometry"]),
  ("PlasticityProcessor", ["ChipGeometry", "InstructionSet"]),
  ("BareMachine", ["ChipGeometry", "InstructionSet", "PlasticityProcessor"]),
  ("AnalogCore", ["ChipGeometry"]),
  ("EventFabric", ["ChipGeometry"]),
  ("Chip", ["ChipGeometry", "PlasticityProcessor", "AnalogCore", "EventFabric"]),
  ("ChipDescription", ["ChipGeometry", "AnalogCore", "EventFabric", "Chip"]),
  ("Learning", ["ChipGeometry", "Assembler", "SpikeTrace", "AnalogCore", "EventFabric", "Chip"]),
  ("Experiments", ["ChipGeometry", "AnalogCore", "EventFabric", "Chip", "ChipDescription"]),
  (
    "Debugging",
    [
      "ChipGeometry", "InstructionSet", "Assembler", "SpikeTrace", "PlasticityProcessor",
      "BareMachine", "AnalogCore", "EventFabric", "Chip", "Learning",
    ]
  ),
]
let moduleNames = modules.map(\.name)

/// What lies beside the tests: scripts that made their tables of numbers, sources to assemble.
let oracleScripts = [
  "AnalogCore": [
    "spike_times.py", "joined_spike_times.py", "integrated_spike_times.py",
  ], "Assembler": ["Cases"],
  "SpikeTrace": ["spike_train_distances.py", "spike_train_distances.txt"],
]

let package = Package(
  name: "ranvier",
  products: [.executable(name: "ranvier", targets: ["ranvier"])]
    + moduleNames.map { .library(name: $0, targets: [$0]) },
  targets: modules.map { module in
    .target(
      name: module.name,
      dependencies: module.dependencies.map { .target(name: $0) },
      swiftSettings: settings,
      // For square roots, in programs that do not import Foundation.
      linkerSettings: [.linkedLibrary("m", .when(platforms: [.linux]))])
  } + [
    .target(
      name: "HostTool",
      dependencies: (moduleNames).map { .target(name: $0) },
      swiftSettings: settings),
    .executableTarget(name: "ranvier", dependencies: ["HostTool"], swiftSettings: settings),
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: testSettings),
  ]
    + (moduleNames + ["HostTool"]).map { name in
      .testTarget(
        name: "\(name)Tests",
        dependencies: ["TestSupport"] + (moduleNames + ["HostTool"]).map { .target(name: $0) },
        exclude: oracleScripts[name, default: []],
        swiftSettings: testSettings)
    } + [
      .testTarget(
        name: "FirmwareTests",
        dependencies: ["TestSupport"] + moduleNames.map { .target(name: $0) },
        swiftSettings: testSettings),
      .testTarget(
        name: "TidyTests", dependencies: ["TestSupport"], swiftSettings: testSettings),
    ],
  swiftLanguageModes: [.v6]
)
