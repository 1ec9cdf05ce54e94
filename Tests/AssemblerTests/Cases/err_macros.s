# Mistakes in macros, conditionals and repetitions.
  .globl _start
_start: nop
  .macro two first, second:req
  addi \first, \first, \second      # error@16: expected an integer from -2048 to 2047, found 5000  # error@16: expected an integer from -2048 to 2047, found 6000
  .endm
  two a0                            # error@3: the macro 'two' needs a value for 'second'
  two a0, 1, 2                      # error@14: the macro 'two' takes 2 arguments, here is one more
  two a0, third=4                   # error@11: the macro 'two' has no parameter 'third'
  two first=a0, first=a1, second=3  # error@17: the parameter 'first' has a value already
  two a0, 5000
  two a0, (1 + 2                    # error@17: a parenthesis in the argument is not closed
  .macro two                        # error@3: the macro 'two' is already defined (see .purgem)
  .endm
  .macro                            # error@9: expected the name of the macro, found the end of the statement
  .endm
  .macro bad a, a                   # error@18: the macro has two parameters 'a'
  .endm
  .macro bad2 a:vararg, b           # error@25: no parameter may follow one that is a vararg
  .endm
  .macro bad3 a:something           # error@26: expected 'req' or 'vararg' after ':'
  .endm
  .purgem nothing                   # error@3: there is no macro 'nothing'
  .macro outer value
  two a0, \value
  .endm
  outer 6000
  .macro forever
  forever                           # error@3: more than 100 expansions within each other
  .endm
  forever
  .macro typo a
  addi a0, a0, \b                   # error@16: expected a number, a symbol or '(', found '\'
  .endm
  typo 1
  .exitm                            # error@3: .exitm outside a macro
  .else                             # error@3: .else without .if
  .endif                            # error@3: .endif without .if
  .elseif 1                         # error@3: .elseif without .if
  .if undefined                     # error@7: the condition must be a number that is known at this point
  bad_but_not_read
  .else
  bad_but_not_read
  .endif
  .if _start                        # error@7: the condition must be a number that is known at this point
  .endif
  .if                               # error@6: expected a number, a symbol or '(', found the end of the statement
  .endif
  .if 1
  .else
  .else                             # error@3: .else after .else
  .endif
  .if 1
  .else
  .elseif 1                         # error@3: .elseif after .else
  .endif
  .ifdef                            # error@9: expected a symbol name, found the end of the statement
  .endif
  .ifc a                            # error@9: expected ',', found the end of the statement
  .endif
  .ifeqs a, b                       # error@10: expected a string in quotes, found 'a'
  .endif
  .rept -1                          # error@3: negative count
  nop
  .endr
  .rept undefined                   # error@9: the count of .rept must be a number that is known at this point
  nop
  .endr
  .rept 3
  addi a0, a0, 9999                 # error@16: expected an integer from -2048 to 2047, found 9999  # error@16: expected an integer from -2048 to 2047, found 9999  # error@16: expected an integer from -2048 to 2047, found 9999
  .endr
  .irp                              # error@7: expected the name of the parameter, found the end of the statement
  .endr
  .irp x, 1, 2
  addi a0, a0, \x + 4000            # error@16: expected an integer from -2048 to 2047, found 4001  # error@16: expected an integer from -2048 to 2047, found 4002
  .endr
  .rept 1000000000                  # error@3: more than 1000000 statements in this repetition
  nop
  .endr
  .if 1                             # error@3: this .if has no .endif
  nop
  .rept 2                           # error@3: this block has no .endr
  nop
