# Every scalar instruction, with operands at the ends of their ranges.
  .text
  .globl _start
_start:
  lui a0, 0                  # = 00000537
  lui t6, 0xfffff            # = ffffffb7
  auipc s11, 0x80000
  jal x0, _start
  jal zero, . + 8            # = 0080006f
  jalr ra, -2048(sp)
  jalr ra, 2047(sp)
  jalr a0
  jalr a0, 4
  jalr a0, 4(a1)
  jalr a0, a1, 4
  jalr ra, (a1)
  jalr (a1)
1:
  beq a0, a1, 1b
  bne a0, a1, 1b
  blt a0, a1, 1f
  bge a0, a1, 1f
  bltu a0, a1, -4096
  bgeu a0, a1, 4094
1:
  lb a0, -2048(s0)
  lh a1, 2047(fp)
  lw a2, (a0)
  lbu a3, 1*2(a0)
  lhu a4, (1+2)*4(a0)
  sb a0, -1(a1)
  sh a0, 2(a1)
  sw t6, 0x7ff(x31)
  addi a0, a1, -2048
  addi a0, a1, 0xffffffff
  slti a0, a1, 5
  sltiu a0, a1, -1
  xori a0, a1, -1
  ori a0, a1, 0x55
  andi a0, a1, ~0x55
  slli a0, a1, 31
  srli a0, a1, 0
  srai a0, a1, 1
  add a0, a1, a2             # = 00c58533
  sub a0, a1, a2
  sll a0, a1, a2
  slt a0, a1, a2
  sltu a0, a1, a2
  xor a0, a1, a2
  srl a0, a1, a2
  sra a0, a1, a2
  or a0, a1, a2
  and a0, a1, a2
  mul a0, a1, a2
  mulh a0, a1, a2
  mulhsu a0, a1, a2
  mulhu a0, a1, a2
  div a0, a1, a2
  divu a0, a1, a2
  rem a0, a1, a2
  remu a0, a1, a2
  csrrw a0, mstatus, a1
  csrrs a0, mtvec, zero
  csrrc a0, 0x341, a1
  csrrwi a0, mscratch, 31
  csrrsi zero, mie, 0
  csrrci a0, mip, 1
  fence rw, rw
  fence iorw, w
  fence i, o
  fence
  fence.i
  fence.tso
  ecall
  ebreak
  mret
  wfi
  .equ unused, 1
