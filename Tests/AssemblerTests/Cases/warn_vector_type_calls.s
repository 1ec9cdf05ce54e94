# Calls keep the type unless what they reach may set one.
  .globl _start
_start:
  call nothing
  vadd.vv v8, v8, v8                # warning@3: no vset* comes before this vadd.vv on any way from the start, so it traps [vector-type]
1:
  jal t0, other_link
  vadd.vv v8, v8, v8                # warning@3: no vset* comes before this vadd.vv on any way from the start, so it traps [vector-type]
  call both                         # before any type, but others may call it
  jal deep
  vadd.vv v8, v8, v8                # deep sets one, two calls away
  vsetvli t0, a0, e16, m2, ta, ma
  call nothing
  vadd.vv v9, v8, v8                # warning@3: v9 cannot begin a group of 2 registers, which begins at a multiple of 2 (e16, m2) [vector-groups]
  jalr a0
  vadd.vv v9, v8, v8                # who knows
  vsetvli t0, a0, e8, m4, ta, ma
  beqz a0, 1f
  call ends
  tail last
1:
  vadd.vv v9, v8, v8                # warning@3: v9 cannot begin a group of 4 registers, which begins at a multiple of 4 (e8, m4) [vector-groups]
  vsetvl t0, a0, a1
  vadd.vv v9, v8, v8
2:
  j 2b

nothing:
  beqz a0, 1f
  addi a0, a0, 1
1:
  ret
other_link:
  jr t0
deep:
  mv t0, ra
  call deeper
  jr t0
deeper:
  bnez a0, 1f
  ret
1:
  vsetivli zero, 4, e32, m1, ta, ma
  ret
both:
  vadd.vv v8, v8, v8
  ret
ends:
  vadd.vv v10, v8, v8               # warning@3: v10 cannot begin a group of 4 registers, which begins at a multiple of 4 (e8, m4) [vector-groups]
  ret
last:
  vadd.vv v11, v8, v8               # warning@3: v11 cannot begin a group of 4 registers, which begins at a multiple of 4 (e8, m4) [vector-groups]
  ret
  .section .rodata
table:
  .word both
