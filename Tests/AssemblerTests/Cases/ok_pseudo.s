# The standard scalar pseudo-instructions.
  .globl _start
_start:
  nop                        # = 00000013
  mv a0, a1
  move a0, a1
  not a0, a1
  neg a0, a1
  zext.b a0, a1
  sext.b a0, a1              # = 01859513 41855513
  sext.h a0, a1
  zext.h a0, a1
  seqz a0, a1
  snez a0, a1
  sltz a0, a1
  sgtz a0, a1
  sgt a0, a1, a2
  sgtu a0, a1, a2
  add a0, a1, 4
  and a0, a1, 4
  or a0, a1, 4
  xor a0, a1, 4
  sll a0, a1, 4
  srl a0, a1, 4
  sra a0, a1, 4
  slt a0, a1, 4
  sltu a0, a1, 4
  ADDI a0, a0, 1
back:
  beqz a0, back
  bnez a0, back
  blez a0, back
  bgez a0, back
  bltz a0, back
  bgtz a0, back
  bgt a0, a1, ahead
  ble a0, a1, ahead
  bgtu a0, a1, ahead
  bleu a0, a1, ahead
  j ahead
  j . - 4
  jal ahead
  jal t0, back
ahead:
  jr a0
  jr 4(a0)
  jr a0, 8
  ret
  call back
  call t0, ahead
  tail back
  jump back, t0
  la a0, data
  la a0, data + 4
  lla a1, data
  la a2, NUMBER
  lb a0, data
  lh a0, data
  lw a0, data
  lbu a0, data
  lhu a0, data + 2
  sb a0, data, t0
  sh a0, data, t0
  sw a0, data, t0
  unimp
  scall
  sbreak
  csrr a0, mcycle
  csrw mtvec, a0
  csrs mie, a0
  csrc mie, a0
  csrw mtvec, 4
  csrs mie, 4
  csrc mie, 4
  csrwi vxrm, 2
  csrsi mie, 1
  csrci mie, 1
  csrrw a0, mtvec, 4
  csrrs a0, mtvec, 4
  csrrc a0, mtvec, 4
  csrrw a0, mhpmcounter3, a1
  rdcycle a0
  rdcycleh a0
  rdtime a0
  rdtimeh a0
  rdinstret a0
  rdinstreth a0
  .equ NUMBER, 0x12345

# li
  li a0, 0
  li a0, -1
  li a0, 2047
  li a0, 2048
  li a0, -2048
  li a0, -2049
  li a0, 0x800
  li a0, 0x7ff
  li a0, 0x1000
  li a0, 0x12345678
  li a0, 0x12345fff
  li a0, 0x7fffffff
  li a0, 0x7ffff800
  li a0, 0x80000000
  li a0, 0xffffffff
  li a0, 0xfffff7ff
  li a0, -2147483648
  li a0, NUMBER + 'a'
  li a0, -6144
  li a0, 0x3f000
  li a0, 31<<7
  li a0, 32<<7
  li a0, -32<<7
  li a0, -33<<7
  li a0, 0xfffff000
  li a0, 0xf800
  li a0, 62<<11
  li a0, 0x7c00
  li a0, 2050
  li a0, 4094
  li a0, ahead - back
  li zero, 5

# Parts of addresses.
  lui a0, %hi(data)
  addi a0, a0, %lo(data)
  lw a1, %lo(data + 4)(a0)
  sw a1, %lo(data+4)(a0)
  lui a0, %hi(0x12345fff)
  addi a0, a0, %lo(0x12345fff)
2:
  auipc a0, %pcrel_hi(data)
  addi a0, a0, %pcrel_lo(2b)
  lw a1, %pcrel_lo(2b)(a0)
  sw a1, %pcrel_lo(2b)(a0)
  lui a0, NUMBER
  .data
  .balign 4096
  .space 0x7fc
data:
  .word 1, 2
