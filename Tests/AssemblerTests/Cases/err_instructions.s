# Mistakes in instructions.
  .globl _start
_start:
  addd a0, a1, a2                   # error@3: unknown instruction 'addd'; did you mean 'addi'?
  vaddd.vv v1, v2, v3               # error@3: unknown instruction 'vaddd.vv'; did you mean 'vadd.vv'?
  frobnicate a0                     # error@3: unknown instruction 'frobnicate'
  fadd.s f0, f1, f2                 # error@3: unknown instruction 'fadd.s'
  vdiv.vv v1, v2, v3                # error@3: unknown instruction 'vdiv.vv'
  add a0, a1                        # error@13: an operand is missing: expected add rd, rs1, rs2
  add a0, a1, a2, a3                # error@19: one operand too many: expected add rd, rs1, rs2
  add a0, a1, v2                    # error@15: expected an integer register, found 'v2'
  add a0, a1, 5000                  # error@15: expected an integer from -2048 to 2047, found 5000
  add a0, , a2                      # error@11: expected an operand, found ','
  add a0 a1, a2                     # error@10: expected ',' or the end after rd, found 'a1'
  add x32, a1, a2                   # error@7: expected an integer register, found 'x32'
  addi a0, a1, 2048                 # error@16: expected an integer from -2048 to 2047, found 2048
  addi a0, a1, -2049                # error@16: expected an integer from -2048 to 2047, found -2049
  addi a0, a1, a2                   # error@16: expected an integer from -2048 to 2047, found 'a2'
  addi a0, a1, undefined_symbol     # error@16: undefined symbol 'undefined_symbol'
  addi a0, a1, _start               # error@16: an address does not fit into this instruction; use la, or %hi and %lo
  slli a0, a1, 32                   # error@16: expected an integer from 0 to 31, found 32
  lui a0, 0x100000                  # error@11: expected an integer from 0 to 1048575, found 1048576
  lui a0, -1                        # error@11: expected an integer from 0 to 1048575, found -1
  lw a0, a1                         # error@10: expected an offset from -2048 to 2047 and a base register, as in 4(a0), found 'a1'
  lw a0, 4                          # error@11: expected a base register in parentheses, as in 4(a0), found the end of the statement
  lw a0, 2048(a1)                   # error@10: expected an offset from -2048 to 2047 and a base register, as in 4(a0), found 2048(a1)
  lw a0, 4(v1)                      # error@12: expected an integer register, found 'v1'
  lw a0, 4(a1                       # error@14: expected ')', found the end of the statement
  lw a0, 4(a1) a2                   # error@16: expected ',' or the end after imm(rs1), found 'a2'
  sw a0, label_far                  # error@19: expected a base register in parentheses, as in 4(a0), found the end of the statement
  vadd.vv v1, v2, a0                # error@19: expected a vector register, found 'a0'
  vadd.vv v1, v2, v32               # error@19: expected a vector register, found 'v32'
  vadd.vi v1, v2, 16                # error@19: expected an integer from -16 to 15, found 16
  vadd.vv v1, v2, v3, v1.t          # error@23: expected v0.t or nothing, found 'v1.t'
  vadd.vv v1, v2, v3, v0            # error@23: expected v0.t or nothing, found 'v0'
  vmerge.vvm v1, v2, v3, v1         # error@26: expected v0, found v1
  vle8.v v1, 4(a0)                  # error@14: expected a base register in parentheses, as in (a0), found 4(a0)
  vl4re8.v v1, (a0)                 # error@12: expected a vector register whose number is a multiple of 4, found v1
  vsetvli a0, a1, e16, m3, ta, ma   # error@19: expected a vector type, as in e16, m1, ta, ma, found e16, m3, ta, ma

  vsetvli a0, a1, e16, m1, ta, ma, ma  # error@19: expected no further operand, found ma
  vsetivli a0, 32, e8, m1, ta, ma   # error@16: expected an integer from 0 to 31, found 32
  vmslt.vi v1, v2, 17               # error@20: expected an integer from -16 to 15, found 16
  vmsge.vx v0, v2, a0, v0.t         # error@3: with v0 as destination under a mask, vmsge.vx needs a scratch register as fifth operand
  csrr a0, nothing                  # error@12: expected a control register or a number from 0 to 4095, found nothing
  csrr a0, 4096                     # error@12: expected a control register or a number from 0 to 4095, found 4096
  csrw mtvec, 32                    # error@15: expected an integer from 0 to 31, found 32
  fence wr, rw                      # error@9: expected some of the letters i, o, r, w in this order, or 0, found wr
  li a0                             # error@3: expected li rd, number
  li a0, a1                         # error@10: expected a number, found 'a1'
  li a0, label_far                  # error@10: li needs a number that is known at this point; for an address, use la
  li a0, later                      # error@10: li needs a number that is known at this point; for an address, use la
  li a0, 0x100000000                # error@10: 4294967296 does not fit into 32 bits: expected -2147483648 to 4294967295
  li a0, 5 6                        # error@12: expected the end, found '6'
  la a0                             # error@3: expected la rd, symbol or la rd, imm
  la a0, nowhere                    # error@10: undefined symbol 'nowhere'
  call 5 + 5 6                      # error@3: expected call symbol or call rd, symbol
  call                              # error@3: expected call symbol or call rd, symbol
  j                                 # error@3: expected j imm
  beq a0, a1, label_far             # error@15: the target is 4120 bytes away, beq reaches -4096 to 4094: branch on the opposite condition over a j to the target
  beq a0, a1, 3                     # error@15: expected a target at an even distance from -4096 to 4094 bytes, found 3
  bgt a0, a1, label_far             # error@15: the target is 4112 bytes away, blt reaches -4096 to 4094: branch on the opposite condition over a j to the target
  jal ra, 0x100000                  # error@11: the target is 1048576 bytes away, jal reaches -1048576 to 1048574: use call or tail
  jr 5                              # error@3: expected jr rs or jr rs, imm or jr address
  jalr                              # error@7: an operand is missing: expected jalr rd, imm(rs1)
  neg a0                            # error@3: expected neg rd, rs
  mv a0, 5                          # error@3: expected mv rd, rs
  %hi(5)                            # error@3: expected a label, an instruction or a directive, found '%'
  lui a0, %hi 5                     # error@15: expected '(', found '5'
  lui a0, %foo(5)                   # error@12: expected hi, lo, pcrel_hi or pcrel_lo after '%', found 'foo'
  lui a0, %hi(label_far             # error@24: expected ')', found the end of the statement
  addi a0, a0, %pcrel_lo(_start)    # error@26: %pcrel_lo needs the label of an instruction with %pcrel_hi
  addi a0, a0, %pcrel_lo(5)         # error@26: %pcrel_lo needs the label of an instruction with %pcrel_hi
  addi a0, a0, %previous_lo(_start)  # error@17: expected hi, lo, pcrel_hi or pcrel_lo after '%', found 'previous_lo'
  c.addi a0, 1                      # error@3: unknown instruction 'c.addi'
  .set later, 5
  .zero 4096
label_far:
  nop
