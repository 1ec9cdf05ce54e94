# What assembles but hardly does what was meant: integer instructions.
  .globl _start
_start:
  add x0, a0, a1                    # warning@7: the result of add is lost: x0 is always 0 [zero-register]
  li zero, 5                        # warning@3: the result of li is lost: x0 is always 0 [zero-register]
  mv zero, a0                       # warning@6: the result of mv is lost: x0 is always 0 [zero-register]
  lui zero, 1                       # warning@7: the result of lui is lost: x0 is always 0 [zero-register]
  mul x0, a0, a1                    # warning@7: the result of mul is lost: x0 is always 0 [zero-register]
  sltu x0, a0, a1 # allow: zero-register
  addi x0, x0, 1                    # warning@8: the result of addi is lost: x0 is always 0 [zero-register]
  nop
  addi x0, x0, 0
  add x0, x0, x2                    # a hint: ntl.p1
  lw zero, 0(a0)                    # a device may act on being read
  csrrw zero, mscratch, a0
  csrr zero, cycle
  csrw mscratch, a0
  jalr zero, 4(a0)
  vsetvli zero, a0, e8, m1, ta, ma
  vmv.x.s zero, v8                  # warning@11: the result of vmv.x.s is lost: x0 is always 0 [zero-register]
  call function
  j 1f
  addi a0, a0, 1                    # warning@3: nothing leads here: no label stands between this and the j before it [unreachable]
  addi a0, a0, 2                    # one message for a run is enough
1:
  ret
  addi a0, a0, 3                    # warning@3: nothing leads here: no label stands between this and the ret before it [unreachable]
2:
  mret
  addi a0, a0, 4                    # allow: vector-type, unreachable
  tail function
  addi a0, a0, 5                    # warning@3: nothing leads here: no label stands between this and the tail before it [unreachable]

vectors:                            # a jump table
  j _start
  j 1b
  j 2b
function:
  jr t2
  addi a0, a0, 6                    # where a register leads is not known
  ecall
  addi a0, a0, 7                    # an environment call may come back
  j function
  .p2align 4
  addi a0, a0, 8                    # padding lies between

  .macro lost rd
  add \rd, a0, a1
  .endm
  .macro meant rd
  add \rd, a0, a1                   # allow: zero-register
  .endm
  lost a0
  meant x0
  lost x0                           # allow: zero-register
  .section .text.other
  addi a0, a0, 9                    # another section begins
