# Labels that are there twice, or not at all.
  .globl _start
_start: nop
twice: nop
twice: nop                          # error@1: the symbol 'twice' is already defined (Cases/err_labels.s:4)
  j missing                         # error@5: undefined symbol 'missing'
  j missing
  j elsewhere                       # error@5: undefined symbol 'elsewhere'
  call 2f                           # error@8: no label '2:' follows '2f'
1: nop
  j 1f                              # error@5: no label '1:' follows '1f'
  j 0b                              # error@5: no label '0:' stands before '0b'
  .word missing2 - twice            # error@9: undefined symbol 'missing2'
  .equ constant, 5
constant: nop                       # error@1: the symbol 'constant' is already defined (Cases/err_labels.s:14)
  .set twice, 5                     # error@3: the symbol 'twice' is already defined (Cases/err_labels.s:4)
