# Vector instructions without a type, by every way that leads to them.
  .globl _start
_start:
  la a0, table
  vle16.v v8, (a0)                  # warning@3: no vset* comes before this vle16.v on any way from the start, so it traps [vector-type]
  vadd.vv v8, v8, v8                # one message for a run is enough
  vl1re8.v v8, (a0)                 # whole registers need no type
  call before                       # sets none itself
  vse16.v v8, (a0)
  beqz a0, 1f
  vsetvli t0, a0, e16, m1, ta, ma
1:
  vadd.vv v8, v8, v8                # one way leads here with a type
  call sets
  vadd.vv v8, v8, v8
  vsetvli zero, zero, e8, m1, ta, ma
  vsetvli zero, zero, e8, mf2, ta, ma # warning@3: with x0, x0 the length stays, but e8, mf2 does not hold as many elements as e8, m1, the type until here: it sets vill [vector-type]
  vsetvli zero, zero, e16, m1, ta, ma
  vsetvli zero, zero, e32, m2, ta, ma
  vsetivli zero, 4, e64, m1, ta, ma # warning@3: e64, m1 is no type of this processor: it sets vill, and what needs a type traps [vector-type]
  vadd.vv v8, v8, v8
  vsetivli zero, 4, e32, mf2, ta, ma # warning@3: e32, mf2 is no type of this processor: it sets vill, and what needs a type traps [vector-type]
  j start2

before:
  vadd.vv v8, v8, v8                # warning@3: no vset* comes before this vadd.vv on any way from the start, so it traps [vector-type]
  ret
sets:
  vsetvli t0, a0, e8, m1, ta, ma
  ret
handler:                            # its address is a number somewhere: nothing is known
  vadd.vv v8, v8, v8
  mret
unused:                             # nothing leads here
  vadd.vv v8, v8, v8
  ret
start2:
  la t0, handler
  csrw mtvec, t0
  lw t0, table
  jalr t0
  vadd.vv v8, v8, v8
  j start2
by_table:
  vadd.vv v8, v8, v8
  ret
  .data
table:
  .word by_table, 0
