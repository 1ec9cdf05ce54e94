# Mistakes in directives.
  .globl _start
_start: nop
  .nothing 5                        # error@3: unknown directive '.nothing'
  .globl                            # error@9: expected a symbol name, found the end of the statement
  .globl 5                          # error@10: expected a symbol name, found '5'
  .section                          # error@11: expected a section name, found the end of the statement
  .section .foo, ax                 # error@18: expected section flags in quotes, such as "ax", found 'ax'
  .section .foo, "aq"               # error@18: unknown section flag 'q'; expected a (allocated), w (writable), x (executable), M (mergeable) or S (strings)
  .section .foo, "aw", progbits     # error@24: expected '@progbits' or '@nobits', found 'progbits'
  .section .foo, "aw", @bits        # error@25: expected progbits, nobits or note
  .section .text, "aw"              # error@3: section .text had other flags before
  .text 5                           # error@9: expected the end of the statement, found '5'
  .align                            # error@9: expected a number, a symbol or '(', found the end of the statement
  .align 21                         # error@3: the alignment must be 0 to 20, the logarithm of the bytes; found 21
  .align -1                         # error@3: the alignment must be 0 to 20, the logarithm of the bytes; found -1
  .balign 3                         # error@3: the alignment must be a power of two up to 1048576, found 3
  .balign unknown                   # error@11: the alignment must be a number that is known at this point
  .p2align 2, later                 # error@15: the fill value must be a number that is known at this point
  .org 0                            # error@3: .org goes from offset 4 to 0; expected 4 to 67108864
  .org later                        # error@3: .org needs an offset in this section that is known at this point
  .zero -1                          # error@9: the size of .zero must be 0 to 67108864, found -1
  .zero later                       # error@9: the size of .zero must be a number that is known at this point
  .zero 100000000                   # error@9: the size of .zero must be 0 to 67108864, found 100000000
  .space                            # error@9: expected a number, a symbol or '(', found the end of the statement
  .fill 1, 9, 0                     # error@3: the size of .fill must be 0 to 8
  .fill -1                          # error@9: the repeat count of .fill must be 0 to 67108864, found -1
  .fill 100000000, 8, 1             # error@9: the repeat count of .fill must be 0 to 67108864, found 100000000
  .ascii
  .ascii 5                          # error@10: expected a string in quotes, found '5'
  .ascii "abc                       # error@10: expected a string in quotes, found a string that is not closed
  .ascii "a\qc"                     # error@10: expected a string in quotes, found an unknown escape in the string
  .ascii "\400"                     # error@10: expected a string in quotes, found an unknown escape in the string
  .asciz "a" 5                      # error@14: expected the end of the statement, found '5'
  .set                              # error@7: expected a symbol name, found the end of the statement
  .set a                            # error@9: expected ',', found the end of the statement
  .set a,                           # error@10: expected a number, a symbol or '(', found the end of the statement
  .set a, 1 2                       # error@13: expected the end of the statement, found '2'
  .equ 5, 6                         # error@8: expected a symbol name, found '5'
  = 5                               # error@3: expected a label, an instruction or a directive, found '='
  5                                 # error@3: expected a label, an instruction or a directive, found '5'
  "string"                          # error@3: expected a label, an instruction or a directive, found '"string"'
  .include                          # error@11: expected a file name in quotes, found the end of the statement
  .include nothing                  # error@12: expected a file name in quotes, found 'nothing'
  .type                             # error@8: expected a symbol name, found the end of the statement
  .type a, @thing                   # error@13: expected @function, @object or @notype
  .size a                           # error@10: expected ',', found the end of the statement
  .size a, b c                      # error@12: undefined symbol 'b'  # error@14: expected the end of the statement, found 'c'
  .option rvc                       # error@11: the processor has no compressed instructions
  .option nothing                   # error@11: expected push, pop, norvc, norelax, relax, nopic, pic or arch
  .float 1.0                        # error@3: .float: the processor has no floating point; use .q7, .q15 or .q31
  .double 1.0                       # error@3: .double: the processor has no floating point; use .q7, .q15 or .q31
  .error "this is wrong"            # error@3: this is wrong
  .err                              # error@3: .err
  .error later                      # error@10: expected a string in quotes, found 'later'
  .popsection                       # error@3: .popsection without .pushsection
  .loc 1 5                          # error@8: no .file directive has the number 1
  .file 5                           # error@10: expected a string in quotes, found the end of the statement
  .comm a                           # error@10: expected ',', found the end of the statement
  .comm b, 4, 3                     # error@3: expected a size and an alignment that is a power of two
  .endr                             # error@3: .endr without its beginning
  .endm                             # error@3: .endm without its beginning
  .uleb128 later                    # error@12: the value of .uleb128 must be a number that is known at this point
  .bss
  .word 1                           # error@9: section .bss holds only zeros; use .data for values
  .word _start                      # error@9: a section of zeros cannot hold an address
  .ascii "a"                        # error@10: section .bss holds only zeros; use .data for values
  nop                               # error@3: a section of zeros cannot hold instructions
  .text
  1 nop                             # error@3: expected a label, an instruction or a directive, found '1'
  nop nop                           # error@3: expected nop without operands
  nop; .nothing; nop ; .nothing     # error@8: unknown directive '.nothing'  # error@24: unknown directive '.nothing'
  .set later, 5
