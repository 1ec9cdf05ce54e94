# Mistakes in expressions.
  .globl _start
_start: nop
other: nop
  .word 1 +                         # error@12: expected a number, a symbol or '(', found the end of the statement
  .word * 2                         # error@9: expected a number, a symbol or '(', found '*'
  .word (1 + 2                      # error@15: expected ')', found the end of the statement
  .word 1 + 2)                      # error@14: expected the end of the statement, found ')'
  .word 1 2                         # error@11: expected the end of the statement, found '2'
  .word )                           # error@9: expected a number, a symbol or '(', found ')'
  .word 1 / 0                       # error@11: division by zero
  .word 5 % (3 - 3)                 # error@11: division by zero
  .word 08                          # error@9: expected a number, a symbol or '(', found the malformed number '08'
  .word 0x                          # error@9: expected a number, a symbol or '(', found the malformed number '0x'
  .word 12abc                       # error@9: expected a number, a symbol or '(', found the malformed number '12abc'
  .word 0xfffffffffffffffff         # error@9: expected a number, a symbol or '(', found the number '0xfffffffffffffffff' of more than 64 bits
  .word 4294967296                  # error@9: 4294967296 does not fit into 4 bytes: expected -2147483648 to 4294967295
  .word -2147483649                 # error@9: -2147483649 does not fit into 4 bytes: expected -2147483648 to 4294967295
  .half 65536                       # error@9: 65536 does not fit into 2 bytes: expected -32768 to 65535
  .byte 256, -129                   # error@9: 256 does not fit into 1 byte: expected -128 to 255
  .byte other
  .word 1.5                         # error@9: a number with a fraction is allowed only in .q7, .q15 and .q31
  .word '                           # error@9: expected a number, a symbol or '(', found a character constant without a character
  .word '\q'                        # error@9: expected a number, a symbol or '(', found an unknown escape
  .word 'ä'                         # error@9: expected a number, a symbol or '(', found a character outside ASCII
  .word @                           # error@9: expected a number, a symbol or '(', found '@'
  .word _start + other              # error@16: two addresses cannot be added; one minus the other gives a number
  .word _start * 2                  # error@16: '*' needs numbers, not addresses
  .word -_start                     # error@9: '-' needs a number, not an address
  .word ~(_start)                   # error@9: '~' needs a number, not an address
  .word 5 - _start                  # error@11: '-' needs numbers, not addresses
  .word undefined + 1               # error@9: undefined symbol 'undefined'
  .word undefined
  .word 3b                          # error@9: no label '3:' stands before '3b'
  .word 3f                          # error@9: no label '3:' follows '3f'
  .word {                           # error@9: expected a number, a symbol or '(', found the character '{'
  .byte _start - in_data
  .data
in_data: .word 0
  .set loop_a, loop_b + 1
  .set loop_b, loop_a + 1
  .word loop_a                      # error@9: a symbol is defined in terms of itself
  .equiv once, 1
  .equiv once, 2                    # error@3: the symbol 'once' is already defined (Cases/err_expressions.s:43)
  .set in_data, 5                   # error@3: the symbol 'in_data' is already defined (Cases/err_expressions.s:39)
  in_data = 6                       # error@3: the symbol 'in_data' is already defined (Cases/err_expressions.s:39)
other:                              # error@1: the symbol 'other' is already defined (Cases/err_expressions.s:4)
  .word ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))  # error@137: the expression is nested too deeply
