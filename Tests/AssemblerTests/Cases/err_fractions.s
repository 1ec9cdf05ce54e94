# Mistakes in fixed-point constants.
  .globl _start
_start: nop
  .data
  .q7 1                             # error@7: 1.0 is out of range of .q7: expected -1 to 0.9921875
  .q7 0.997                         # error@7: 0.997 is out of range of .q7: expected -1 to 0.9921875
  .q7 -1.01                         # error@7: -1.01 is out of range of .q7: expected -1 to 0.9921875
  .q15 1.0                          # error@8: 1.0 is out of range of .q15: expected -1 to 0.999969482421875
  .q15 0.99999                      # error@8: 0.99999 is out of range of .q15: expected -1 to 0.999969482421875
  .q31 1                            # error@8: 1.0 is out of range of .q31: expected -1 to 0.9999999995343387
  .q15 -1.00002                     # error@8: -1.00002 is out of range of .q15: expected -1 to 0.999969482421875
  .q15 0.5 +                        # error@13: expected a number, a constant or '(', found the end of the statement
  .q15 unknown                      # error@8: 'unknown' must be a number that is known at this point
  .q15 _start                       # error@8: '_start' must be a number that is known at this point
  .q15 1/0                          # error@9: division by zero
  .q15 0/0                          # error@9: division by zero
  .q15 (0.5                         # error@12: expected ')', found the end of the statement
  .q15 0.5 0.5                      # error@12: expected the end of the statement, found '0.5'
  .q15 1e                           # error@8: expected a number, a constant or '(', found the malformed number '1e'
  .q15 "a"                          # error@8: expected a number, a constant or '(', found '"a"'
