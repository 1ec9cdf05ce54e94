/// `firmware/c/chip.h`: the same as ``ChipIncludeFile``, for programs in C.
///
/// A golden test compares the file with this text.
package enum ChipHeaderFile {
  package static var text: String {
    var text = """
      /* Names of the chip for programs in C: blocks, registers, mailbox, labels.
         Generated from AddressMap and ProgramInterface (UPDATE_GOLDEN=1 swift test --filter
         AssemblerTests); do not edit. The same names as in firmware/chip.inc. */

      #ifndef CHIP_H
      #define CHIP_H

      #include <stdint.h>

      """
    for theme in ChipNames.themes {
      text += "\n/* \(theme.title). */\n\n"
      for constant in theme.constants {
        let definition = "#define \(constant.name) \(constant.value)"
        text += padded(definition, to: 42) + " /* \(constant.summary) */\n"
      }
    }
    return text + code
  }

  /// What C needs to reach all this.
  private static let code = """

    /* An entry of the event recorder, at RECORDER + RECORDER_ENTRY_BYTES * i. */
    typedef struct {
      uint32_t stamp;
      uint16_t label;
      uint16_t flags;
    } recorder_entry;
    _Static_assert(sizeof(recorder_entry) == RECORDER_ENTRY_BYTES, "an entry has another size");

    /* The word at an address: a register, or a word of the mailbox. */
    #define WORD(address) (*(volatile uint32_t *)(address))

    /* The memory behind an address, for vector loads and stores. */
    #define BYTES_AT(address) ((uint8_t *)(address))

    /* Vector loads and stores are ordinary accesses to the compiler: it may keep, join or reorder them.
       Behind this it has forgotten what any memory holds, and has written what it should hold. */
    #define FORGET_MEMORY() __asm__ volatile("" ::: "memory")

    /* Sleeps until an enabled interrupt is pending. */
    #define WAIT_FOR_INTERRUPT() __asm__ volatile("wfi" ::: "memory")

    /* Enables the interrupts of a mask such as MIE_RECORDER. */
    #define ENABLE_INTERRUPTS(mask) __asm__ volatile("csrw mie, %0" ::"r"(mask) : "memory")

    #endif

    """
}
