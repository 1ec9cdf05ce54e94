import Assembler
import Learning

/// Reads programs: assembles sources on the fly, takes ELF files as they are.
enum ProgramFile {
  static func image(_ path: String) throws(ToolError) -> ProgramImage {
    let bytes = try InputFile.bytes(path)
    if bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) {
      do { return try ProgramImage(elf: bytes) } catch { throw ToolError("\(path): \(error)") }
    }
    do {
      return try Assembler.assemble(files: [path]).image
    } catch {
      throw ToolError("\(error)", standsAlone: true)
    }
  }

  static func learningProgram(_ path: String) throws(ToolError) -> LearningProgram {
    LearningProgram(try image(path), name: path)
  }
}
