  .globl _start
_start: nop
  addi a0, a0, 9999                 # error@16: expected an integer from -2048 to 2047, found 9999
  /* this comment never ends        # error@3: this comment is not closed
  nop
